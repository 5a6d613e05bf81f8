// What PostgreSQL tells by NOTIFY, on a connection of its own that is made again when it is lost. What
// was told in between is lost as well: whoever listens also looks by themselves.
import pg from 'pg'
import type { Logger } from '../log.ts'

const retryMs = 1000

/** By channel, what to do with a notification's payload. */
type Listeners = Readonly<Record<string, (payload: string) => void>>

/** Listens until `stop` is called. Not through a pooler that hands connections on. */
export function listen(url: string, listeners: Listeners, log: Logger) {
  let isStopped = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  async function connect() {
    const fresh = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: 3000,
    })
    client = fresh
    fresh.on('error', (error) => log.debug({ err: error }, 'notifications'))
    fresh.on('end', again)
    fresh.on('notification', ({ channel, payload }) => listeners[channel]?.(payload ?? ''))
    try {
      await fresh.connect()
      for (const channel of Object.keys(listeners)) await fresh.query(`listen ${channel}`)
      // Whatever was told while nobody listened.
      for (const tell of Object.values(listeners)) tell('')
    } catch (error) {
      log.debug({ err: error }, 'notifications')
      await fresh.end().catch(() => {})
      again()
    }
  }

  function again() {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(connect, retryMs)
  }

  let connecting = connect()
  connecting = connecting.catch((error: unknown) => log.error({ err: error }, 'notifications'))

  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await connecting
      await client?.end().catch((error: unknown) => log.debug({ err: error }, 'notifications'))
    },
  }
}
