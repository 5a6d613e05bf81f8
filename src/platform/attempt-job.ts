// One attempt at a job: its work under a lease that is kept alive and a time that it may take. Knows how
// an attempt ended and why it was asked to, not what follows from it.
import type { Logger } from '../log.ts'
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
  readonly leaseSeconds: number
  /** Prolongs the lease. */
  readonly renew: () => Promise<'held' | 'cancelled' | 'lost'>
}

/** What an attempt that is asked to end gets to do so, before it is left behind. */
const graceMs = 1000

/** Does the work. Never rejects; the controller's signal says why it was asked to end, if it was. */
export async function attemptJob(options: Options): Promise<Settled> {
  const { job, begun, log, controller, timeoutSeconds, leaseSeconds, renew } = options
  const { signal } = controller
  const ask = (reason: Reason) => controller.abort(reason)
  const timer = setTimeout(() => ask('timeout'), timeoutSeconds * 1000)
  const keepAlive = setInterval(
    () => {
      renew().then(
        (state) => state !== 'held' && ask(state),
        (error: unknown) => log.warn({ err: error }, 'the lease was not renewed'),
      )
    },
    (leaseSeconds * 1000) / 3,
  )
  const { id, attempts: attempt } = begun
  try {
    const work = settle(async () => job.run(begun.payload as never, { id, attempt, signal, log }))
    return await Promise.race([work, leftBehind(signal)])
  } finally {
    clearTimeout(timer)
    clearInterval(keepAlive)
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
