// `npm run contract:lint`: checks `openapi/` by the rules of `redocly.yaml`, which are Redocly's and
// our own, and the complete document by those of `redocly.complete.yaml`. Prints everything found at
// once, each with its file, line and column.
import { lintComplete, readContract, redocly } from './contract/bundle.ts'

const checks = await Promise.allSettled([redocly('lint'), readContract().then(lintComplete)])
const failed = checks.filter((it) => it.status === 'rejected')
for (const { reason } of failed) console.error(reason instanceof Error ? reason.message : reason)
if (failed.length > 0) process.exitCode = 1
else console.log('the contract keeps the rules')
