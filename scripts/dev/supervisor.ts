// Keeps something running: starts it again when it died, at first at once, then at growing
// intervals, and on request. It knows nothing of what it keeps, but how to start it.
import type { Running } from './processes.ts'

export interface Supervised {
  /** Starts it anew; where it waits for its next try, that is now. */
  restart(): void
  /** Ends it for good; resolves when it is gone. */
  stop(): Promise<void>
}

const shortestWait = 200
const longestWait = 5000
const steadyAfter = 10_000

/**
 * Runs `start` again whenever what it started has ended. `say` gets one line for each death.
 * @param first what was started already, where the caller wanted to see the first start fail.
 */
export function supervise(
  start: () => Promise<Running>,
  say: (line: string) => void,
  first?: Running,
): Supervised {
  let stopped = false
  let requested = false
  let running = first
  let endWait = () => {}

  async function keepRunning(): Promise<void> {
    let wait = shortestWait
    while (!stopped) {
      requested = false
      const began = Date.now()
      const how = await runOnce()
      if (stopped) return
      if (requested || Date.now() - began > steadyAfter) wait = shortestWait
      if (requested) continue
      say(`ended (${how}); starts again ${wait > 1000 ? `in ${wait / 1000} s` : 'now'}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait)
        endWait = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wait = Math.min(2 * wait, longestWait)
    }
  }

  async function runOnce(): Promise<string> {
    try {
      running ??= await start()
      // Asked for while it was starting.
      if (stopped || requested) await running.stop()
      return await running.exited
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      running = undefined
    }
  }

  const ended = keepRunning()
  return {
    restart() {
      requested = true
      endWait()
      running?.stop()
    },
    async stop() {
      stopped = true
      endWait()
      await running?.stop()
      await ended
    },
  }
}
