// The queue of requests that wait for a connection. Unlike the queue of the pool itself it skips a request
// whose client has disconnected, and rejects one at once that would wait in vain.
import { clientGone, unavailable } from '../engine/errors.ts'
import type { Turns } from '../engine/types.ts'
import type { Database } from './connection.ts'
import { poolExhausted } from './errors.ts'
import { connectTimeoutMs } from './pool.ts'
import type { StatementParams } from './statements.ts'

interface Waiting {
  readonly isGone: () => boolean
  readonly deadline: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * How long a request may be expected to wait, in milliseconds: in a burst, and once requests have waited
 * without a break for as long as that. A queue that does not drain only adds to what each request takes.
 */
const longestInBurstMs = connectTimeoutMs
const longestInOverloadMs = connectTimeoutMs / 3
/** How many of the latest intervals count in the mean, and how few of them say nothing yet. */
const meanOver = 64
const tooFew = 16

const overloaded = () => unavailable('Too many requests wait for the database.')

/**
 * Queues requests while all connections of a database are in use.
 * @param max the most connections that the pool opens.
 * @param observeWait is told how many seconds a request has waited for its turn.
 */
export function databaseTurns(
  db: Database,
  max: number,
  observeWait?: (seconds: number) => void,
): Turns & { waiting(): number } {
  const { pool } = db.userParams as StatementParams
  /** Requests that have begun go first, or what they have done would be lost. */
  const begun: Waiting[] = []
  const fresh: Waiting[] = []
  let timer: NodeJS.Timeout | undefined
  let isScheduled = false
  const pace = createPace()
  const freeCount = () => pool.idleCount + max - pool.totalCount - pool.waitingCount
  const waitingCount = () => begun.length + fresh.length

  function admit() {
    isScheduled = false
    let free = freeCount()
    if (free <= 0) return
    while (free > 0) {
      const hasBegun = begun.length > 0
      const next = begun.shift() ?? fresh.shift()
      if (next === undefined) return pace.rest()
      if (next.isGone()) {
        next.reject(clientGone())
      } else {
        pace.admit(hasBegun)
        observeWait?.((performance.now() - next.deadline + connectTimeoutMs) / 1000)
        next.resolve()
        free -= 1
      }
    }
    // An admitted request may need no connection after all.
    setImmediate(admit)
  }

  function schedule() {
    if (waitingCount() === 0) pace.rest()
    else if (!isScheduled) {
      isScheduled = true
      // The pool emits the event just before the connection is free.
      queueMicrotask(admit)
    }
  }
  pool.on('release', schedule)
  pool.on('remove', schedule)

  /** One timer is enough: the first request in each queue has its earliest deadline. */
  function expire() {
    timer = undefined
    const now = performance.now()
    for (const queue of [begun, fresh]) {
      while (queue[0] !== undefined && queue[0].deadline <= now) {
        queue.shift()?.reject(poolExhausted())
      }
    }
    startTimer()
  }

  function startTimer() {
    if (waitingCount() === 0 || timer !== undefined) return
    const deadlines = [begun, fresh].map(([first]) => first?.deadline ?? Number.POSITIVE_INFINITY)
    timer = setTimeout(expire, Math.max(1, Math.min(...deadlines) - performance.now()))
  }

  return {
    isBusy: () => waitingCount() > 0 || freeCount() <= 0,
    waiting: waitingCount,

    async wait(isGone, hasBegun) {
      pace.start()
      const queue = hasBegun ? begun : fresh
      if (pace.isTooSlowFor(queue.length)) throw overloaded()
      return new Promise<void>((resolve, reject) => {
        const deadline = performance.now() + connectTimeoutMs
        queue.push({ isGone, deadline, resolve, reject })
        startTimer()
      })
    },
  }
}

/** Measures how fast requests are admitted while others wait. */
function createPace() {
  /** The mean time between two requests that have not begun, with all turns of both, in milliseconds. */
  let meanMs = 0
  let measured = 0
  /** When the last request was admitted, and the last that had not begun, or the first began to wait. */
  let admittedAt: number | undefined
  let freshAt: number | undefined
  /** Since when there have always been requests that wait. */
  let since = 0
  return {
    /** A request begins to wait. */
    start() {
      if (admittedAt !== undefined) return
      since = performance.now()
      admittedAt = since
      freshAt = since
    },

    /** No request waits any more. What slowed the last ones down may be over when requests wait again. */
    rest() {
      admittedAt = undefined
      freshAt = undefined
      measured = 0
      meanMs = 0
    },

    admit(hasBegun: boolean) {
      admittedAt = performance.now()
      if (hasBegun) return
      measured = Math.min(measured + 1, meanOver)
      meanMs += (admittedAt - (freshAt ?? admittedAt) - meanMs) / measured
      freshAt = admittedAt
    },

    /** Returns whether a request behind so many others would wait too long. */
    isTooSlowFor(ahead: number): boolean {
      const now = performance.now()
      if (now - (admittedAt ?? now) > connectTimeoutMs) return true
      if (measured < tooFew) return false
      const isBurst = now - since < longestInBurstMs
      return ahead * meanMs > (isBurst ? longestInBurstMs : longestInOverloadMs)
    },
  }
}
