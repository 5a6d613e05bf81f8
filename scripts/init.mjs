// `npm run init`: turns this clone into a new service. With --to, it makes the service in another folder
// and leaves the clone as it is. Plain JavaScript, because it runs before anything is installed.
//   node scripts/init.mjs --to ../my-api --name my-api --without posts,tasks
import { requireNode } from './bootstrap/require-node.mjs'

requireNode()
const { init } = await import('./init/init.mjs')
process.exitCode = await init(process.argv.slice(2))
