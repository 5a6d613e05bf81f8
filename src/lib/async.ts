// A loop that looks for work until it is stopped. It says once that it fails, and once that it works again,
// and knows when it last went round.
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from './log.ts'

interface LoopOptions {
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

export function startLoop({ work, wake, outageMs, log, messages }: LoopOptions) {
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

export type Wake = ReturnType<typeof createWake>

export function createWake() {
  let called = false
  let end: (() => void) | undefined
  return {
    /** Ends the pause, or the next one where there is none. */
    call() {
      called = true
      end?.()
    },

    /** Waits until the time is over or somebody calls. */
    async pause(ms: number): Promise<void> {
      if (!called) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      called = false
      end = undefined
    },
  }
}

/** @throws Error where it takes longer than so many milliseconds; what becomes of it then is ignored. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
