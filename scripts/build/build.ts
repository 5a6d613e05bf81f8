// `npm run build`: checks the types and writes what production runs to `dist/`, which needs nothing else but
// Node. A build that fails leaves the previous one. `--outDir` chooses another folder, and `--noCheck` leaves
// the types unchecked.
import { spawnSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundleService } from './bundle.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { values } = parseArgs({
  options: {
    outDir: { type: 'string', default: 'dist' },
    noCheck: { type: 'boolean', default: false },
  },
})
const out = resolve(root, values.outDir)
const scratch = `${out}.new`
if (!values.noCheck) {
  const tsc = ['node_modules/typescript/bin/tsc']
  const { status } = spawnSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' })
  // The compiler has printed why.
  if (status !== 0) process.exit(1)
}
try {
  await bundleService(root, scratch)
  rmSync(out, { recursive: true, force: true })
  renameSync(scratch, out)
  if (values.outDir === 'dist') console.log('built into dist/: npm start and npm run worker run it')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
