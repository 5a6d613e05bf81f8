// A loop that looks for work until it is stopped. It says once that it fails, and once that it works again,
// and knows when it last went round.
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '../lib/log.ts'
import type { Wake } from './wake.ts'

interface Options {
  /** Does what there is to do. Returns how long to wait before the next time, in milliseconds. */
  readonly work: () => Promise<number>
  /** Ends the pause early, except after a failure. */
  readonly wake: Wake
  /** The pause after a failure, in milliseconds. */
  readonly outageMs: number
  readonly log: Logger
  readonly messages: { readonly outage: string; readonly recovery: string }
}

export type Loop = ReturnType<typeof startLoop>

export function startLoop({ work, wake, outageMs, log, messages }: Options) {
  let isStopping = false
  let isHealthy = true
  let turnedAt = performance.now()
  let succeededAt: number | undefined

  async function turn(): Promise<number> {
    try {
      const pause = await work()
      succeededAt = performance.now()
      if (!isHealthy) log.info(messages.recovery)
      isHealthy = true
      return pause
    } catch (error) {
      if (isHealthy) log.warn({ err: error }, messages.outage)
      isHealthy = false
      return outageMs
    }
  }

  async function run() {
    while (!isStopping) {
      const pause = await turn()
      turnedAt = performance.now()
      if (!isStopping) await (isHealthy ? wake.pause(pause) : wait(pause))
    }
  }
  const running = run()

  return {
    /** For how many milliseconds it has neither succeeded nor failed: a pause, or it is stuck. */
    stillMs: () => performance.now() - turnedAt,

    /** How many milliseconds ago it last succeeded; Infinity if it never has. */
    sinceSuccessMs: () => (succeededAt === undefined ? Infinity : performance.now() - succeededAt),

    async stop() {
      isStopping = true
      wake.call()
      await running
    },
  }
}
