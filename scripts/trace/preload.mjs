// Preloaded into the server (`node --import`): passes messages between the parent process and the thread
// that watches this one. While a breakpoint holds this thread, the other one runs on.
import { Worker } from 'node:worker_threads'

const watcher = new Worker(new URL('watcher.mjs', import.meta.url), {
  execArgv: [],
  workerData: { source: new URL('../../src/', import.meta.url).href },
})
watcher.on('message', (message) => process.send?.(message))
process.on('message', (message) => watcher.postMessage(message))

// Neither of them must keep the server from stopping.
watcher.unref()
process.channel?.unref()
