// `npm run test:faults`: the fault suite of `npm run test:slow` with a thousand tasks and outages that last.
import { runVitest } from './commands.ts'

process.env.FAULTS = 'long'
process.exitCode = await runVitest(['--config', 'vitest.slow.config.ts', 'tests/slow/faults'])
