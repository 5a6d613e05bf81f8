// The connection that listens to PostgreSQL: notifications arrive, also after it was lost.
import { afterEach, expect, it } from 'vitest'
import { createListener } from '../../src/db/listener.ts'
import { createLogger } from '../../src/lib/log.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()
const log = createLogger({ level: 'silent', part: 'test' })
let listener: ReturnType<typeof createListener> | undefined

afterEach(() => listener?.close())

/** Listens to a channel. Returns what arrives, in order. */
function listening(channel: string) {
  const heard: (string | undefined)[] = []
  const server = { url: service.env.DATABASE_URL ?? '' }
  listener = createListener({ db: service.db, server, log })
  listener.listen(channel, (payload) => heard.push(payload))()
  return heard
}

const notify = (channel: string, payload: string) =>
  service.db.raw('select pg_notify(?, ?)', [channel, payload])

it('passes the payload of each notification on', async () => {
  const heard = listening('letters')
  await until('the proof that notifications arrive', () => heard.length > 0 || undefined)
  for (const letter of ['a', 'b']) await notify('letters', letter)
  await until('both', () => heard.includes('b') || undefined)
  expect(heard.filter((it) => it !== undefined)).toEqual(['a', 'b'])
})

it('says that some may be missing when its connection was lost, and listens again', async () => {
  const heard = listening('digits')
  await until('the proof that notifications arrive', () => heard.length > 0 || undefined)
  const { rows } = await service.db.raw(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and query like 'listen %'`,
  )
  expect(rows).toHaveLength(1)
  const before = heard.length
  await until(
    'a call without a payload',
    () => heard.slice(before).includes(undefined) || undefined,
  )
  await until('a notification', async () => {
    await notify('digits', '1')
    return heard.includes('1') || undefined
  })
})
