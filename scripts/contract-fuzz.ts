// `npm run contract:fuzz`: the fuzzing of `npm test` with many more requests, until it is done or finds
// something. FUZZ_SEED repeats a run, FUZZ_RUNS says how many requests of each kind an operation gets.
import { runVitest } from './test/commands.ts'

process.env.FUZZ_RUNS ??= '1000'
process.exitCode = await runVitest(['run', 'tests/contract/fuzz.test.ts'])
