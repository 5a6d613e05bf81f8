// One attempt at a job: its work under a time that it may take. Knows how an attempt ended and why it was
// asked to, not what follows from it.
import type { Logger } from '../lib/log.ts'
import type { Completion, Job } from './jobs.ts'
import type { Begun } from './outbox.ts'

/** Why an attempt is asked to end. */
export type Reason = 'timeout' | 'cancelled' | 'stopping' | 'lost'

/** How to end the job, or the error that ended the attempt. */
export type Settled = { readonly value: Completion | undefined } | { readonly error: unknown }

interface Options {
  readonly job: Job<never>
  readonly begun: Begun
  readonly log: Logger
  readonly controller: AbortController
  readonly timeoutSeconds: number
}

/** What an attempt that is asked to end gets to do so, before it is left behind. */
const graceMs = 1000

/** Does the work. Never rejects; the controller's signal says why it was asked to end, if it was. */
export async function attemptJob(options: Options): Promise<Settled> {
  const { job, begun, log, controller, timeoutSeconds } = options
  const { signal } = controller
  const timeOut = () => controller.abort('timeout' satisfies Reason)
  const timer = setTimeout(timeOut, timeoutSeconds * 1000)
  const { id, attempts: attempt } = begun
  try {
    const work = settle(async () => job.run(begun.payload as never, { id, attempt, signal, log }))
    return await Promise.race([work, leftBehind(signal)])
  } finally {
    clearTimeout(timer)
  }
}

function settle(work: () => Promise<Completion | undefined>): Promise<Settled> {
  return work().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}

/** Resolves some time after a signal, for a job that does not listen to it. */
function leftBehind(signal: AbortSignal): Promise<Settled> {
  return new Promise((resolve) => {
    const leave = () => {
      const error = new Error(`it did not end when asked to: ${signal.reason}`)
      setTimeout(() => resolve({ error }), graceMs).unref()
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
}
