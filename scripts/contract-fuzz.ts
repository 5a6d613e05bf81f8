// `npm run contract:fuzz`: the fuzzing of `npm test` with many more requests, until it is done or finds
// something. FUZZ_SEED repeats a run, FUZZ_RUNS says how many requests of each kind an operation gets.
import { spawn } from 'node:child_process'

const env = { FUZZ_RUNS: '1000', ...process.env }
const command = ['node_modules/vitest/vitest.mjs', 'run', 'tests/contract/fuzz.test.ts']
const child = spawn(process.execPath, command, { env, stdio: 'inherit' })
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
