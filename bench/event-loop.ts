// Preloaded into a server (`node --import`): measures the delay of its event loop for the parent process.
//   messages in: 'begin' and 'end'; the answer to 'end' is the 99th percentile in milliseconds
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** The sampling interval in milliseconds. The measured delay includes it. */
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
// The channel must not keep the server from stopping.
process.channel?.unref()
