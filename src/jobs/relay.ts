// The relay: copies due rows of the outbox into the queue, a few ahead of the workers. It wakes when a
// row is added and looks by itself in between, for rows whose lease or pause has ended. Several relays
// run at a time; while Redis is away, rows wait.

import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '../db/connection.ts'
import { openPool, type PoolConfig } from '../db/pool.ts'
import { createWake, startLoop, type Wake } from '../lib/async.ts'
import type { Logger } from '../lib/log.ts'
import { lease, release } from './outbox.ts'
import type { Queue } from './queue.ts'

interface Options {
  readonly db: Database
  readonly jobs: readonly string[]
  readonly leaseSeconds: number
  readonly openQueue: () => Promise<Queue>
  readonly wake: Wake
  readonly log: Logger
}

/** How many ids the queue holds at most: what it holds too long is copied again. */
const ahead = 100
const pollMs = 250
const fullMs = 25
const outageMs = 500

export function startRelay({ db, jobs, leaseSeconds, openQueue, wake, log }: Options) {
  let queue: Queue | undefined

  async function relayOnce(open: Queue): Promise<'all' | 'full'> {
    const room = ahead - (await open.waiting())
    if (room <= 0) return 'full'
    const copies = await lease(db, jobs, room, leaseSeconds)
    if (copies.length === 0) return 'all'
    const left = await open.carry(copies).catch(async (error: unknown) => {
      await release(db, copies)
      throw error
    })
    if (left.length === 0) return copies.length < room ? 'all' : 'full'
    await release(db, left)
    throw new Error(`the queue did not take ${left.length} of ${copies.length} jobs`)
  }

  async function usable(): Promise<Queue> {
    if (queue?.isBroken) {
      // Nobody waits for what runs in it: its rows are held by the runs, not by the queue.
      queue.close(1).catch((error: unknown) => log.debug({ err: error }, 'closing the queue'))
      queue = undefined
    }
    queue ??= await openQueue()
    return queue
  }

  const loop = startLoop({
    work: async () => ((await relayOnce(await usable())) === 'full' ? fullMs : pollMs),
    wake,
    outageMs,
    log,
    messages: {
      outage: 'the outbox waits: database or Redis out of reach',
      recovery: 'the outbox is being relayed again',
    },
  })

  return {
    stillMs: loop.stillMs,
    sinceSuccessMs: loop.sinceSuccessMs,

    /** Copies nothing any more. @returns the queue, for whoever ends what runs. */
    async stop(): Promise<Queue | undefined> {
      await loop.stop()
      return queue
    },
  }
}

const listenRetryMs = 1000
/** How often the connection has to show that it still answers. */
const checkMs = 5000
const listenLimits = { max: 1, connectTimeoutMs: 3000, queryTimeoutMs: 2000 }

/** By channel, what to do with a notification's payload. */
type Listeners = Readonly<Record<string, (payload: string) => void>>

/** Listens until `stop` is called. Not through a pooler that hands connections on. */
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
      // Whatever was told while nobody listened.
      for (const tell of Object.values(listeners)) tell('')
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
        log.debug({ err: error }, 'notifications')
        if (!isStopping) await wait(listenRetryMs)
      }
    }
  }
  const running = run()

  return {
    async stop() {
      isStopping = true
      wake.call()
      await running
      await pool.end()
    },
  }
}
