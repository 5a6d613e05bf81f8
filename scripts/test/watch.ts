// `npm run test:watch`: the tests of `npm test`, and after each change those that it touches. With
// arguments, it runs only the test files that they name.
import { runVitest } from './commands.ts'

process.exitCode = await runVitest(['watch', ...process.argv.slice(2)])
