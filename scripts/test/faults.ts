// `npm run test:faults`: the fault suite of `npm run test:slow` with a thousand jobs and longer outages.
import { runVitest } from './commands.ts'

process.env.FAULTS = 'long'
const config = ['--config', 'vitest.slow.config.ts']
process.exitCode = await runVitest(['run', ...config, 'tests/slow/faults'])
