// Turns at the connection pool. A request that finds the pool busy waits here, so that it can be left out
// when its client has gone: a query that waits in the pool itself runs in any case.
import { unavailable } from '../engine/errors.ts'
import type { Database } from './connection.ts'
import { connectTimeoutMs, poolExhausted } from './pool.ts'
import type { StatementParams } from './statements.ts'

export interface Turns {
  isBusy(): boolean
  /**
   * Resolves when a connection is free.
   * @throws ApiError unavailable when the client has gone, and Error after three seconds.
   */
  wait(isGone: () => boolean): Promise<void>
}

interface Waiting {
  readonly isGone: () => boolean
  readonly deadline: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const gone = () => unavailable('The client has gone.')

/** Follows the pool of a database with so many connections at most. */
export function databaseTurns(db: Database, max: number): Turns {
  const { pool } = db.userParams as StatementParams
  const queue: Waiting[] = []
  let timer: NodeJS.Timeout | undefined
  let isScheduled = false
  const free = () => pool.idleCount + max - pool.totalCount - pool.waitingCount

  function grant() {
    isScheduled = false
    let left = free()
    if (left <= 0) return
    while (left > 0) {
      const next = queue.shift()
      if (next === undefined) return
      if (next.isGone()) {
        next.reject(gone())
      } else {
        next.resolve()
        left -= 1
      }
    }
    // What has its turn may need no connection after all.
    setImmediate(grant)
  }

  function schedule() {
    if (queue.length === 0 || isScheduled) return
    isScheduled = true
    // The pool tells of a release just before the connection is free.
    queueMicrotask(grant)
  }
  pool.on('release', schedule)
  pool.on('remove', schedule)

  /** One timer for all: who came first has the first deadline. */
  function expire() {
    timer = undefined
    const now = performance.now()
    while (queue[0] !== undefined && queue[0].deadline <= now)
      queue.shift()?.reject(poolExhausted())
    arm()
  }

  function arm() {
    const first = queue[0]
    if (first === undefined || timer !== undefined) return
    timer = setTimeout(expire, Math.max(1, first.deadline - performance.now()))
  }

  return {
    isBusy: () => queue.length > 0 || free() <= 0,

    wait: (isGone) =>
      new Promise((resolve, reject) => {
        const deadline = performance.now() + connectTimeoutMs
        queue.push({ isGone, deadline, resolve, reject })
        arm()
      }),
  }
}
