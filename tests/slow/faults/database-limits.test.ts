// PostgreSQL keeps requests waiting: each one is answered 503 within the limits of docs/running.md,
// and the pool recovers with PostgreSQL. Slow: it waits for the limits.
import http from 'node:http'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../../../generated/operations.ts'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { Environment } from '../../../src/config/config.ts'
import { account, type Person, password, person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { startService, useService } from '../../support/service.ts'
import { openTunnel } from '../../support/tunnel.ts'
import { until } from '../../support/until.ts'

const service = useService()
const running: Awaited<ReturnType<typeof startService>>[] = []
let someone: Person

beforeAll(async () => {
  someone = await person(service)
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
})

/** Starts a service with short limits that shares its users with `service`. */
async function start(env: Environment = {}) {
  const all = { ...service.env, DATABASE_QUERY_TIMEOUT_MS: '400', ...env }
  const one = await startService(all)
  running.push(one)
  return { api: createClient(one.url).as(someone), logged: one.logged, url: one.url }
}

/** Starts one that reaches PostgreSQL through a tunnel. */
async function startBehindTunnel(env: Environment = {}) {
  const url = new URL(service.env.DATABASE_URL ?? '')
  const port = await freePort()
  const tunnel = await openTunnel(port, Number(url.port))
  url.port = String(port)
  return { tunnel, ...(await start({ DATABASE_URL: url.href, ...env })) }
}

const unavailable = (detail: string) => ({ status: 503, body: expect.objectContaining({ detail }) })
const unanswered = unavailable('The database did not answer in time.')
const change = { name: 'Ada' }

/** Holds a lock on users, which lets reads pass, while `work` runs. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  return service.db.transaction(async (trx) => {
    await trx.raw('lock table users in share mode')
    return work()
  })
}

describe('a request that PostgreSQL keeps waiting is answered 503', () => {
  it('when it waits for a lock, and the log names the lock', async () => {
    const { api } = await start()
    const answer = await whileLocked(() => api.patch('/users/me', change))
    expect(answer).toMatchObject(unavailable('Another operation holds this data.'))
  })

  it('when it waits for a lock and PostgreSQL has no limits of its own', async () => {
    const { api } = await start({ DATABASE_SERVER_TIMEOUTS: 'off', DATABASE_PREPARE: 'off' })
    const answer = await whileLocked(() => api.patch('/users/me', change))
    expect(answer).toMatchObject(unanswered)
  })

  it('when it waits for a free connection, and the log tells that from an outage', async () => {
    const { api, logged } = await start({
      DATABASE_POOL_MAX: '1',
      DATABASE_QUERY_TIMEOUT_MS: '6000',
    })
    const answers = await whileLocked(() =>
      Promise.all([1, 2].map(() => api.patch('/users/me', change))),
    )
    const busy = 'All database connections of this process are in use.'
    expect(answers).toContainEqual(expect.objectContaining(unavailable(busy)))
    expect(logged()).toContainEqual(expect.objectContaining({ level: 'warn', msg: busy }))
  })

  it('when its connection goes silent, and the next connections work', async () => {
    const { api, tunnel } = await startBehindTunnel()
    const load = () => Promise.all(Array.from({ length: 12 }, () => api.get('/users/me')))
    expect((await load()).map((it) => it.status)).toEqual(Array(12).fill(200))
    tunnel.drop()
    const during = await load()
    expect(during).toContainEqual(expect.objectContaining(unanswered))
    expect((await load()).map((it) => it.status)).toEqual(Array(12).fill(200))
  })

  it('when the server accepts and never responds, and 200 once it responds', async () => {
    const { api, tunnel } = await startBehindTunnel()
    tunnel.block()
    expect((await api.get('/users/me')).status).toBe(503)
    tunnel.unblock()
    expect((await api.get('/users/me')).status).toBe(200)
  })
})

it('a write whose client leaves before its turn changes nothing', async () => {
  const poolMax = 2
  const { url, logged } = await start({
    DATABASE_POOL_MAX: String(poolMax),
    DATABASE_QUERY_TIMEOUT_MS: '10000',
  })
  const { token, id } = await person(service)
  const renaming = (name: string) =>
    send('PATCH', url, '/users/me', { name }, { authorization: `Bearer ${token}` })
  const other = await account(service)
  const login = { username: other.username, password }
  const loggingIn = () => send('POST', url, '/login', login)
  const locked = async () => {
    const waiting = service.db('pg_stat_activity').where({ wait_event_type: 'Lock' })
    return Number((await waiting.count('* as count').first())?.count)
  }
  let served: ReturnType<typeof send>[] = []
  await whileLocked(async () => {
    served = Array.from({ length: poolMax }, () => renaming('Served'))
    await until('every connection at work', async () => (await locked()) === poolMax || undefined)
    const left = Array.from({ length: 5 }, () => [renaming('Left'), loggingIn()]).flat()
    await Promise.all(left.map((it) => it.sent))
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    for (const { request } of left) request.destroy()
  })
  expect(await Promise.all(served.map((it) => it.status))).toEqual([200, 200])
  const writes = () => logged().filter((it) => it.method === 'PATCH' || it.method === 'POST')
  await until('the end of every request', () => writes().length === poolMax + 10 || undefined)
  expect(await service.db('users').where({ id }).first('name')).toEqual({ name: 'Served' })
  expect(await service.db('sessions').where({ user_id: other.id })).toEqual([])
})

/** Sends a request on a connection of its own. */
function send(
  method: string,
  url: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
) {
  const target = `${url}${contract.basePath}${path}`
  const json = { 'content-type': 'application/json' }
  const request = http.request(target, {
    method,
    agent: false,
    headers: { ...json, ...headers },
  })
  const sent = new Promise((resolve) => request.once('finish', resolve))
  const status = new Promise<number | undefined>((resolve) => {
    request.once('response', (response) => resolve(response.resume().statusCode))
    request.once('error', () => resolve(undefined))
  })
  request.end(JSON.stringify(body))
  return { request, sent, status }
}

describe('a write whose COMMIT gets no response', () => {
  it.each([
    ['that has arrived', true],
    ['that has not arrived', false],
  ])('is answered 503, at a COMMIT %s', async (_, isForwarded) => {
    const { api, tunnel } = await startBehindTunnel()
    const name = `Ada-${isForwarded}`
    const blocked = tunnel.blockAt('COMMIT', { isForwarded })
    const rename = () =>
      api.request('PATCH', '/users/me', {
        headers: { 'content-type': 'application/json', 'if-match': '*' },
        body: JSON.stringify({ name }),
      })
    const answer = await rename()
    await blocked
    expect(answer).toMatchObject(unanswered)
    const isRenamed = async () => {
      const row = await service.db('users').where({ id: someone.id }).first()
      return row.name === name
    }
    await until(
      'the end of the transaction',
      async () => (await isRenamed()) === isForwarded || undefined,
    )
    tunnel.unblock()
    expect((await rename()).status).toBe(200)
  })

  it('leaves no cached read behind, and reads stay uncached while the outcome is unknown', async () => {
    const { url, tunnel } = await startBehindTunnel()
    const { username, token, id } = await person(service)
    const api = createClient(url).as({ token })
    const path = `/users/${username}`
    const read = async () => {
      const answer = await service.api.get(path)
      return [answer.body.name, answer.headers.get('cache-status')]
    }
    await until('a hit', async () => (await read())[1]?.includes('hit') || undefined)
    const etag = (await service.api.get(path)).headers.get('etag') ?? ''
    const blocked = tunnel.blockAt('COMMIT', { isForwarded: true })
    const answer = await api.request('PATCH', path, {
      headers: { 'content-type': 'application/json', 'if-match': etag },
      body: JSON.stringify({ name: 'Changed' }),
    })
    await blocked
    expect(answer).toMatchObject(unanswered)
    expect(await service.db('users').where({ id }).first('name')).toEqual({
      name: 'Changed',
    })
    for (let time = 0; time < 3; time += 1) {
      const [name, cacheStatus] = await read()
      expect(name).toBe('Changed')
      expect(cacheStatus).not.toContain('hit')
    }
  })
})

describe('/readyz', () => {
  const ready = async (url: string) => {
    const response = await fetch(`${url}/readyz`)
    const body = (await response.json()) as { status: string | number; detail?: string }
    return [response.status, body.detail ?? body.status]
  }

  it('stays 200 while a locked table occupies every connection, and reads continue', async () => {
    const { api, url } = await start({
      DATABASE_POOL_MAX: '2',
      DATABASE_QUERY_TIMEOUT_MS: '4000',
    })
    const cached = `/users/${someone.username}`
    await api.get(cached)
    await whileLocked(async () => {
      const changes = [1, 2].map(() => api.patch('/users/me', change))
      expect(await ready(url)).toEqual([200, 'ok'])
      expect((await createClient(url).get(cached)).status).toBe(200)
      expect((await Promise.all(changes)).map((it) => it.status)).toEqual([503, 503])
    })
  })

  it('answers 503 within its own limit while PostgreSQL never responds, then 200 again', async () => {
    const { tunnel, url } = await startBehindTunnel({ DATABASE_QUERY_TIMEOUT_MS: '60000' })
    expect(await ready(url)).toEqual([200, 'ok'])
    tunnel.block()
    expect(await ready(url)).toEqual([503, 'The database did not answer in time.'])
    expect(await ready(url)).toEqual([503, 'The database cannot be reached.'])
    tunnel.unblock()
    expect(await ready(url)).toEqual([200, 'ok'])
  })

  it('answers 503 while PostgreSQL is read-only, as writes do', async () => {
    const database = new URL(service.env.DATABASE_URL ?? '').pathname.slice(1)
    const setting = (change: string) => service.db.raw(`alter database ${database} ${change}`)
    await setting('set default_transaction_read_only = on')
    try {
      const { api, url } = await start()
      const write = () => api.patch('/users/me', change)
      const logIn = () => api.post('/login', { username: someone.username, password })
      const readOnly = unavailable('The database is read-only at the moment.')
      expect(await ready(url)).toEqual([503, 'The database is read-only.'])
      expect(await write()).toMatchObject(readOnly)
      expect(await logIn()).toMatchObject(readOnly)
      expect((await api.get('/users/me')).status).toBe(200)
      await setting('reset default_transaction_read_only')
      // Each connection that was refused a write is replaced; this one may have served reads alone.
      await until('a write', async () => (await write()).status === 200 || undefined)
      expect((await logIn()).status).toBe(200)
      expect(await ready(url)).toEqual([200, 'ok'])
    } finally {
      await setting('reset default_transaction_read_only')
    }
  })
})
