// `npm run contract:lint`: checks `openapi/` by the rules of `redocly.yaml`, which are Redocly's and
// our own, and the complete document by those of `redocly.complete.yaml`. Prints everything found at
// once, each with its file, line and column.
import { lintComplete, readContract, redocly } from './contract/bundle.ts'

const [source, complete] = await Promise.allSettled([
  redocly('lint'),
  readContract().then(lintComplete),
])
if (source.status === 'fulfilled' && / warnings?\b/.test(source.value)) console.error(source.value)
const messages = complete.status === 'fulfilled' ? [...complete.value] : [messageOf(complete)]
if (source.status === 'rejected') messages.unshift(messageOf(source))
if (messages.length > 0) {
  console.error(messages.join('\n'))
  process.exitCode = 1
} else console.log('the contract keeps the rules')

function messageOf({ reason }: PromiseRejectedResult): string {
  return reason instanceof Error ? reason.message : String(reason)
}
