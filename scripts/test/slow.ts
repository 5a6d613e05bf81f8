// `npm run test:slow`: the suites that take minutes or need a browser or a proxy. With arguments, it
// runs only the test files that they name.
import { runVitest } from './commands.ts'

const config = ['--config', 'vitest.slow.config.ts']
process.exitCode = await runVitest(['run', ...config, ...process.argv.slice(2)])
