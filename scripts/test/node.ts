// `npm run test:node -- 24 [files]`: runs the quick tests on another version of Node, from npm's package of its
// programs. It is downloaded once, into node_modules/.cache, and is no dependency of the service.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { runQuietly, runVitest } from './commands.ts'

const usage = 'usage: npm run test:node -- 24 [test files]'
const oldest = 20
/** The platforms that have a package, which npm names as Node does. */
const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']

async function main([version = '', ...files]: string[]) {
  if (!/^\d{2}$/.test(version) || Number(version) < oldest) {
    throw new Error(`${usage}, with a major version from ${oldest}`)
  }
  const platform = `${process.platform}-${process.arch}`
  if (!platforms.includes(platform)) {
    throw new Error(`npm has no Node for ${platform}: run npm test with Node ${version} instead`)
  }
  const node = await provideNode(version, `node-${platform}`)
  const path = `${dirname(node)}${delimiter}${process.env.PATH}`
  const { output } = await runQuietly([node, '--version'])
  console.log(`the quick tests on Node ${output.trim()}`)
  process.exitCode = await runVitest(['run', ...files], { node, env: { PATH: path } })
}

/** Returns the path of the program, which it downloads unless it is there. */
async function provideNode(version: string, name: string): Promise<string> {
  const folder = resolve('node_modules/.cache/nodes', version)
  const program = join(folder, 'node_modules', name, 'bin/node')
  if (existsSync(program)) return program
  mkdirSync(dirname(folder), { recursive: true })
  const scratch = mkdtempSync(`${folder}.new-`)
  try {
    console.log(`npm downloads ${name}@${version}`)
    const install = ['npm', 'install', '--prefix', scratch, '--no-save', '--no-package-lock']
    const flags = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `${name}@${version}`,
    ]
    const { ok, output } = await runQuietly([...install, ...flags], scratch)
    if (!ok) throw new Error(`npm cannot install ${name}@${version}:\n${output.trim()}`)
    rmSync(folder, { recursive: true, force: true })
    renameSync(scratch, folder)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return program
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
