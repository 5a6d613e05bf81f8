// Without its database the service answers 503, and no user is logged out.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { startPostgres } from '../../scripts/dev/postgres.ts'
import { closeDatabase, createDatabase } from '../../src/db/connection.ts'
import { createLogger } from '../../src/lib/log.ts'
import { password, person } from '../support/builders.ts'
import { createClient } from '../support/client.ts'
import { startService, useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()
let cutOff: Awaited<ReturnType<typeof startService>>

beforeAll(async () => {
  const nowhere = `postgres://postgres:postgres@127.0.0.1:${await freePort()}/app`
  cutOff = await startService({ ...service.env, DATABASE_URL: nowhere })
})
afterAll(() => cutOff.stop())

describe('without its database the service', () => {
  it('answers 503 to a valid token, with Retry-After', async () => {
    const someone = await person(service)
    const answer = await createClient(cutOff.url).as(someone).get('/users/me')
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
    expect(answer.headers.get('retry-after')).toBeTruthy()
  })

  it('answers 503 to a login, without SQL or the address of the database', async () => {
    const answer = await createClient(cutOff.url).post('/login', { username: 'ada', password })
    expect(answer.status).toBe(503)
    expect(answer.text).not.toMatch(/select|127\.0\.0\.1|ECONN/i)
  })

  it('still rejects requests for which it needs no database', async () => {
    const api = createClient(cutOff.url)
    expect((await api.get('/users/me')).status).toBe(401)
    expect((await api.as({ token: 'forged' }).get('/users/me')).status).toBe(401)
    expect((await api.post('/login', {})).status).toBe(422)
    expect((await api.get('/health')).status).toBe(200)
  })

  it.each([
    ['rejects the password', { password: 'wrong' }],
    ['does not exist', { pathname: '/no_such_database' }],
  ])('also answers 503 if the database %s', async (_, part) => {
    const url = Object.assign(new URL(service.env.DATABASE_URL ?? ''), part)
    const misled = await startService({ ...service.env, DATABASE_URL: url.href })
    try {
      const someone = await person(service)
      expect((await createClient(misled.url).as(someone).get('/users/me')).status).toBe(503)
      const ready = await fetch(`${misled.url}/readyz`)
      expect(ready.status).toBe(503)
      expect(await ready.json()).toMatchObject({ detail: 'The database cannot be reached.' })
      expect(misled.logged()).toContainEqual(
        expect.objectContaining({ level: 'warn', msg: expect.stringContaining('DATABASE_URL') }),
      )
    } finally {
      await misled.stop()
    }
  })

  it('is alive, but not ready', async () => {
    expect((await fetch(`${cutOff.url}/livez`)).status).toBe(200)
    const ready = await fetch(`${cutOff.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ detail: 'The database cannot be reached.' })
  })
})

describe('while its database restarts the service', () => {
  it('answers 503 only, then 200 again', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'restart-'))
    await chmod(folder, 0o755)
    const options = { dataDir: join(folder, 'postgres'), port: await freePort() }
    let postgres = await startPostgres(options)
    const restarting = await startService({ ...service.env, DATABASE_URL: postgres.url })
    try {
      const log = createLogger({ level: 'silent', part: 'test' })
      const db = createDatabase({ url: postgres.url, poolMax: 1 }, log)
      await db.migrate.latest()
      await closeDatabase(db)
      const api = createClient(restarting.url)
      const seen = new Set<number>()
      let over = false
      const load = Array.from({ length: 4 }, async () => {
        while (!over) seen.add((await api.get('/users/unknown0')).status)
      })
      await until('an answer', () => seen.has(404) || undefined)
      await postgres.stop()
      await until('an outage', () => seen.has(503) || undefined)
      postgres = await startPostgres(options)
      seen.clear()
      await until('the end of the outage', () => seen.has(404) || undefined)
      over = true
      await Promise.all(load)
      expect([...seen].filter((status) => ![404, 503].includes(status))).toEqual([])
    } finally {
      await restarting.stop()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
