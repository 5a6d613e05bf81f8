// `npm run test:faults`: the fault suite of `npm test` with a thousand tasks and outages that last.
import { spawn } from 'node:child_process'

const env = { ...process.env, FAULTS: 'long' }
const command = ['node_modules/vitest/vitest.mjs', 'run', 'tests/faults']
const child = spawn(process.execPath, command, { env, stdio: 'inherit' })
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
