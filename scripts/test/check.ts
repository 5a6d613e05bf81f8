// `npm run check`: everything that has to hold before a change is done, but for the tests.
import { runChecks } from './checks.ts'

if (!(await runChecks())) process.exitCode = 1
