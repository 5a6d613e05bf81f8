// `npm run test:faults`: the fault suite of `npm run test:slow` with a thousand jobs and longer outages, and rolling
// restarts under 10,000 requests.
import { runVitest } from './commands.ts'

process.env.FAULTS = 'long'
const restarts = 'tests/slow/deployments/restarts.test.ts'
const config = ['--config', 'vitest.slow.config.ts']
process.exitCode = await runVitest(['run', ...config, 'tests/slow/faults', restarts])
