// The relay copies due rows of the outbox into the queue, slightly more than the workers can run. It wakes
// when PostgreSQL reports a new row, and polls for rows whose lease or pause has ended. Several relays may
// run. While Redis is unavailable, rows wait.
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '../db/connection.ts'
import { openPool, type PoolConfig } from '../db/pool.ts'
import { createWake, startLoop, type Wake } from '../lib/async.ts'
import type { Logger } from '../lib/log.ts'
import { endLeases, lease } from './outbox.ts'
import type { Queue } from './queue.ts'

interface RelayOptions {
  readonly db: Database
  readonly jobs: readonly string[]
  readonly leaseSeconds: number
  /** How many jobs this process runs at the same time. */
  readonly concurrency: number
  readonly openQueue: () => Promise<Queue>
  readonly wake: Wake
  readonly log: Logger
  /** How often due rows are looked for, in milliseconds; 250 by default. */
  readonly pollMs?: number | undefined
}

/**
 * How many ids the queue holds at most. It starts with one for each run and grows while the runs empty it:
 * ids in the queue are out of reach of other owners' turns. An id that waits there for a whole lease is
 * copied again.
 */
const longestQueue = 100
const fullMs = 25
const outageMs = 500

export function startRelay(options: RelayOptions) {
  const { db, jobs, leaseSeconds, openQueue, wake, log, pollMs = 250 } = options
  let queue: Queue | undefined
  let queued = 0
  const shortestQueue = Math.min(options.concurrency, longestQueue)
  let queueLength = shortestQueue
  let hasMore = false

  async function relayOnce(open: Queue): Promise<'all' | 'full'> {
    queued = await open.waiting()
    if (hasMore && queued === 0) queueLength = Math.min(queueLength * 2, longestQueue)
    else if (queued > queueLength / 2) {
      queueLength = Math.max(Math.floor(queueLength / 2), shortestQueue)
    }
    const free = queueLength - queued
    if (free <= 0) return 'full'
    const leased = await lease(db, jobs, free, leaseSeconds)
    hasMore = leased.length === free
    if (leased.length === 0) return 'all'
    const rejected = await open.add(leased).catch(async (error: unknown) => {
      await endLeases(db, leased)
      throw error
    })
    if (rejected.length === 0) return leased.length < free ? 'all' : 'full'
    await endLeases(db, rejected)
    throw new Error(`the queue rejected ${rejected.length} of ${leased.length} jobs`)
  }

  async function workingQueue(): Promise<Queue> {
    if (queue?.isBroken) {
      // Not awaited: the runs hold their rows without the queue.
      queue.close(1).catch((error: unknown) => log.debug({ err: error }, 'closing the queue'))
      queue = undefined
    }
    queue ??= await openQueue()
    return queue
  }

  const loop = startLoop({
    work: async () => ((await relayOnce(await workingQueue())) === 'full' ? fullMs : pollMs),
    wake,
    outageMs,
    log,
    messages: {
      outage: 'cannot relay the outbox: the database or Redis is unavailable',
      recovery: 'the outbox is relayed again',
    },
  })

  return {
    stillMs: loop.stillMs,
    sinceSuccessMs: loop.sinceSuccessMs,
    queued: () => queued,

    /** Stops copying. Returns the queue, which may still run jobs. */
    async stop(): Promise<Queue | undefined> {
      await loop.stop()
      return queue
    },
  }
}

const listenRetryMs = 1000
/** How often the connection is checked. */
const checkMs = 5000
const listenLimits = { max: 1, connectTimeoutMs: 3000, queryTimeoutMs: 2000 }

/** What to do with the payload of a notification, by channel. */
type Listeners = Readonly<Record<string, (payload: string) => void>>

/**
 * Listens for notifications of PostgreSQL until `stop` is called, on a connection of its own, which it
 * replaces if it is lost or silent. Notifications in between are lost. A pooler in transaction mode does not
 * pass any on.
 */
export function listen(config: PoolConfig, listeners: Listeners, log: Logger) {
  const pool = openPool(config, log, listenLimits)
  const wake = createWake()
  let isStopping = false

  /** Listens until the connection is lost. */
  async function listenOnce() {
    const client = await pool.connect()
    try {
      client.on('end', wake.call)
      client.on('notification', ({ channel, payload }) => listeners[channel]?.(payload ?? ''))
      for (const channel of Object.keys(listeners)) await client.query(`listen ${channel}`)
      // There may have been notifications before.
      for (const notify of Object.values(listeners)) notify('')
      while (!isStopping) {
        await client.query('select 1')
        await wake.pause(checkMs)
      }
    } finally {
      client.release(true)
    }
  }

  async function run() {
    while (!isStopping) {
      try {
        await listenOnce()
      } catch (error) {
        log.debug({ err: error }, 'listening for notifications')
        if (!isStopping) await wait(listenRetryMs)
      }
    }
  }
  const running = run()

  return {
    /** Stops listening and closes the connection. */
    async stop() {
      isStopping = true
      wake.call()
      await running
      await pool.end()
    },
  }
}
