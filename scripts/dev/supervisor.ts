// Keeps a process running: starts it again when it ends, at first at once, then at growing intervals, and on
// request.
import type { Running } from './processes.ts'

export interface Supervised {
  /** Stops the process and starts it again, without waiting. */
  restart(): void
  /** Stops the process for good and resolves when it has ended. */
  stop(): Promise<void>
}

const shortestWait = 200
const longestWait = 5000
const steadyAfter = 10_000

/**
 * Calls `start` again whenever the process has ended. `say` gets one line for each end.
 * @param first a process that runs already, for a caller that handles a failing first start itself.
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
      // Requested while it was starting.
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
