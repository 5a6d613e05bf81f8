// `npm run contract:lint`: checks `openapi/` by the rules of `redocly.yaml`, which are Redocly's and
// our own. Prints everything found at once, each with its file, line and column.
import { redocly } from './contract/bundle.ts'

try {
  await redocly('lint')
  console.log('the contract keeps the rules')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
