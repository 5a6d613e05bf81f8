// `npm run build`: writes what production runs to `dist/`: plain JavaScript that needs no development
// dependency. `dist/` mirrors the root, so that relative paths between files stay valid. Arguments are
// options of the compiler; `--outDir` chooses another folder.
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const options = process.argv.slice(2)
const at = options.indexOf('--outDir')
const folder = (at < 0 ? undefined : options[at + 1]) ?? 'dist'
const out = join(root, folder)

rmSync(out, { recursive: true, force: true })
try {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']
  execFileSync(process.execPath, [...tsc, ...options], { cwd: root, stdio: 'inherit' })
  // The compiler does not copy JavaScript files.
  for (const name of readdirSync(`${root}generated`).filter((it) => it.endsWith('.js'))) {
    cpSync(`${root}generated/${name}`, join(out, 'generated', name))
  }
  // The service answers with the sections of this page what the `type` of a problem leads to.
  cpSync(`${root}docs/problems.md`, join(out, 'docs/problems.md'))
  if (folder === 'dist') console.log('built into dist/: npm start and npm run worker run it')
} catch {
  process.exitCode = 1
}
