// The programs of this machine that the other slow suites put between a client and the service.
// Slow because it needs nginx and PgBouncer.
import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { startNginx } from '../../support/nginx.ts'
import { startPgBouncer } from '../../support/pgbouncer.ts'
import { useService } from '../../support/service.ts'

const service = useService()

it('nginx passes a request on to the service', async () => {
  const nginx = await startNginx({ server: `location / { proxy_pass ${service.url}; }` })
  onTestFinished(nginx.stop)
  const response = await fetch(`${nginx.url}/livez`)
  expect([response.status, response.headers.get('server')]).toEqual([
    200,
    expect.stringContaining('nginx'),
  ])
})

it('nginx that refuses its configuration ends the start with its log', async () => {
  await expect(startNginx({ server: 'nonsense on;' })).rejects.toThrow(/unknown directive/)
})

it('PgBouncer passes queries on, and refuses a startup parameter that it does not know', async () => {
  const pgbouncer = await startPgBouncer(service.env.DATABASE_URL ?? inject('templateUrl'))
  onTestFinished(pgbouncer.stop)
  const client = new pg.Client(pgbouncer.url)
  await client.connect()
  const { rows } = await client.query('select count(*)::int as users from users')
  await client.end()
  expect(rows).toEqual([{ users: 0 }])
  const limited = new pg.Client({ connectionString: pgbouncer.url, statement_timeout: 1000 })
  await expect(limited.connect()).rejects.toThrow(/unsupported startup parameter/)
})
