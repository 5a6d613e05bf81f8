// `npm run test:faults`: the fault suite of `npm test` with a thousand tasks and outages that last.
import { runVitest } from './infrastructure/vitest.ts'

process.env.FAULTS = 'long'
process.exitCode = await runVitest(['tests/faults'])
