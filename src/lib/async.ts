// Helpers for asynchronous work: a deadline, a pause that can end early, and a loop.
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from './log.ts'

/**
 * Waits for a promise that has no deadline of its own. A result that comes later is ignored.
 * @throws Error if it takes longer than this many milliseconds.
 */
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

/** Resolves this many milliseconds after a signal aborts. Does not keep the process alive. */
export function afterAbort(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const start = () => void setTimeout(resolve, ms).unref()
    if (signal.aborted) start()
    else signal.addEventListener('abort', start, { once: true })
  })
}

export type Wake = ReturnType<typeof createWake>

/** Creates a pause that ends early when `call` is called. */
export function createWake() {
  let called = false
  let end: (() => void) | undefined
  return {
    /** Ends the current pause, or the next one if there is none. */
    call() {
      called = true
      end?.()
    },

    /** Waits for this many milliseconds, or until `call` is called. */
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

interface LoopOptions {
  /** Does one turn. Returns how long to pause before the next one, in milliseconds. */
  readonly work: () => Promise<number>
  /** Ends a pause early, except after a failure. */
  readonly wake?: Wake
  /** How long to pause after a failure, in milliseconds. */
  readonly outageMs: number
  readonly log: Logger
  readonly messages: { readonly outage: string; readonly recovery: string }
}

export type Loop = ReturnType<typeof startLoop>

const rejected = /\b(WRONGPASS|NOAUTH|NOPERM)\b|password|certificate|wrong version number/i

/**
 * Returns why a server rejects this process: its password, its rights or a certificate. Such an error lasts
 * until an operator ends it, so the log has it although an outage has been logged before.
 */
export function rejectionOf(error: unknown): string | undefined {
  return error instanceof Error && rejected.test(error.message) ? error.message : undefined
}

/**
 * Runs `work` again and again until `stop` is called. Logs the first failure, each further reason why a server
 * rejects this process, and the recovery.
 */
export function startLoop({ work, wake = createWake(), outageMs, log, messages }: LoopOptions) {
  let isStopping = false
  let isHealthy = true
  let rejection: string | undefined
  let turnedAt = performance.now()
  let succeededAt: number | undefined

  async function turn(): Promise<number> {
    try {
      const pause = await work()
      succeededAt = performance.now()
      if (!isHealthy) log.info(messages.recovery)
      isHealthy = true
      rejection = undefined
      return pause
    } catch (error) {
      const reason = rejectionOf(error) ?? rejection
      if (isHealthy || reason !== rejection) log.warn({ err: error }, messages.outage)
      isHealthy = false
      rejection = reason
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
    /** Returns how many milliseconds ago the last turn ended: it pauses, works or is stuck. */
    stillMs: () => performance.now() - turnedAt,

    /** Returns how many milliseconds ago a turn last succeeded; Infinity if none has. */
    sinceSuccessMs: () => (succeededAt === undefined ? Infinity : performance.now() - succeededAt),

    /** Resolves after the current turn. */
    async stop() {
      isStopping = true
      wake.call()
      await running
    },
  }
}
