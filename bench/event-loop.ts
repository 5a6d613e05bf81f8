// Preloaded into a server (`node --import`), to be asked from outside how late its event loop was. The
// service has no such figure itself, and needs none.
//   a message in: 'begin' or 'end'; to the latter an answer, the 99th percentile in milliseconds
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How often it looks, in milliseconds; what is measured includes this. */
const resolution = 1

const delay = monitorEventLoopDelay({ resolution })

process.on('message', (message) => {
  if (message === 'begin') {
    delay.reset()
    delay.enable()
  } else {
    delay.disable()
    process.send?.(delay.percentile(99) / 1e6)
  }
})
// Whoever starts the server decides how long it runs.
process.channel?.unref()
