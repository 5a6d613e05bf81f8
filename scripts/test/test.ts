// `npm test`: the checks, then the tests. With arguments, it runs only the test files that they name.
import { runChecks } from './checks.ts'
import { runVitest } from './commands.ts'

const filters = process.argv.slice(2)
const passed = filters.length > 0 || (await runChecks())
const code = await runVitest(['run', ...filters])
process.exitCode = passed ? code : 1
