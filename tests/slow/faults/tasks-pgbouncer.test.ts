// Tasks behind PgBouncer in transaction mode, which passes no notifications on.
// Slow: a stream has to look for changes by itself.
import { beforeAll, describe, expect, it } from 'vitest'
import { person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { startPgBouncer } from '../../support/pgbouncer.ts'
import { startService, useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const greeting = { type: 'greet', input: { name: 'Ada' } }
let pooled: Awaited<ReturnType<typeof startService>>

beforeAll(async () => {
  const pgbouncer = await startPgBouncer(service.env.DATABASE_URL ?? '', { default_pool_size: 4 })
  const settings = { DATABASE_PREPARE: 'off', DATABASE_SERVER_TIMEOUTS: 'off' }
  const env = { ...service.env, ...settings, DATABASE_URL: pgbouncer.url }
  pooled = await startService(env, { worker: true })
  return async () => {
    await pooled.stop()
    await pgbouncer.stop()
  }
})

describe('through PgBouncer', () => {
  it('a request with an Idempotency-Key takes effect once', async () => {
    const caller = createClient(pooled.url).as(await person(service))
    const again = () =>
      caller.request('POST', '/tasks', {
        headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
        body: JSON.stringify(greeting),
      })
    const first = await again()
    expect([first.status, (await again()).text]).toEqual([202, first.text])
  })

  it('streams of tasks look for changes, since no notification arrives', async () => {
    const caller = createClient(pooled.url).as(await person(service))
    const { body } = await caller.post('/tasks', greeting)
    const { text } = await caller.get(`/tasks/${body.id}/events`)
    expect(text).toContain('"status":"succeeded"')
    await until('advice', () => pooled.logged().find((it) => /LISTEN_URL/.test(String(it.msg))))
  })
})
