// `npm run build`: what production runs, in `dist/`: plain JavaScript that needs no development
// dependency. `dist/` mirrors the root, so that what finds its neighbours there finds them here.
// Arguments are options for the compiler.
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

rmSync(`${root}dist`, { recursive: true, force: true })
try {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']
  const options = process.argv.slice(2)
  execFileSync(process.execPath, [...tsc, ...options], { cwd: root, stdio: 'inherit' })
  // The compiler leaves alone what is JavaScript already.
  for (const name of readdirSync(`${root}generated`).filter((it) => it.endsWith('.js'))) {
    cpSync(`${root}generated/${name}`, `${root}dist/generated/${name}`)
  }
  console.log('built into dist/: npm start and npm run worker run it')
} catch {
  process.exitCode = 1
}
