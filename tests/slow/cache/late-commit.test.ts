// A COMMIT that reaches PostgreSQL after its client has given up must not leave a cached response stale.
// Slow: it waits for the limits of a statement.
import { afterEach, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { startService, useService } from '../../support/service.ts'
import { openTunnel } from '../../support/tunnel.ts'
import { until } from '../../support/until.ts'

const service = useService()
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

it('keeps a read uncached while the outcome of a commit is unknown', async () => {
  const port = await freePort()
  const url = new URL(service.env.DATABASE_URL ?? '')
  const tunnel = await openTunnel(port, Number(url.port))
  url.port = String(port)
  const env = { ...service.env, DATABASE_URL: url.href, DATABASE_QUERY_TIMEOUT_MS: '1000' }
  const distant = await startService(env)
  stops.push(distant.stop)

  const owner = await person(service)
  const caller = service.api.as(owner)
  const path = `/users/${owner.username}`
  await caller.patch(path, { name: 'Before' })
  const before = await caller.get(path)
  expect(before.body.name).toBe('Before')

  // A PATCH with If-Match runs in a transaction.
  const held = tunnel.holdAt('COMMIT')
  const failed = await createClient(distant.url)
    .as(owner)
    .request('PATCH', path, {
      headers: {
        'if-match': before.headers.get('etag') ?? '',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name: 'After' }),
    })
  expect(failed.status).toBe(503)
  const deliver = await held
  // Both read what was committed. Neither may be kept.
  for (const _ of [1, 2]) expect((await caller.get(path)).body.name).toBe('Before')

  deliver()
  await until('the late commit', async () => {
    const row = await service.db('users').where({ id: owner.id }).first()
    return row.name === 'After' || undefined
  })
  expect((await caller.get(path)).body.name).toBe('After')
})
