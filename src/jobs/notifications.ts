// What PostgreSQL tells by NOTIFY, on a connection of its own that is made again when it is lost, or is
// silent. What was told in between is lost as well: a relay also looks by itself.
import { setTimeout as wait } from 'node:timers/promises'
import { openPool, type PoolConfig } from '../db/pool.ts'
import type { Logger } from '../lib/log.ts'
import { createWake } from './wake.ts'

const retryMs = 1000
/** How often the connection has to show that it still answers. */
const checkMs = 5000
const limits = { max: 1, connectTimeoutMs: 3000, queryTimeoutMs: 2000 }

/** By channel, what to do with a notification's payload. */
type Listeners = Readonly<Record<string, (payload: string) => void>>

/** Listens until `stop` is called. Not through a pooler that hands connections on. */
export function listen(config: PoolConfig, listeners: Listeners, log: Logger) {
  const pool = openPool(config, log, limits)
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
        if (!isStopping) await wait(retryMs)
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
