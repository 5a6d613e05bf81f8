// A PostgreSQL whose processes are stopped, as on a host that is suspended or out of memory: connections
// stay open and the kernel accepts new ones, but nothing responds. Slow: it starts a server of its own
// and waits for the limits of docs/running.md.
import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { startPostgres } from '../../../scripts/dev/postgres.ts'
import { closeDatabase, createDatabase } from '../../../src/db/connection.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { password, person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { startService, useService } from '../../support/service.ts'

const service = useService()

/** What docs/running.md states for one wait, 3 s and 6 s, and as much again for a busy machine. */
const limitMs = 18_000
/** The connect timeout plus a second, and as much again. */
const recoveryMs = 8000

/** Runs `work`. @returns its result; fails if it takes longer. */
async function inTime<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  expect(performance.now() - start).toBeLessThan(ms)
  return result
}

it('answers 503 in time while PostgreSQL is stopped, and works as soon as it continues', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stopped-'))
  await chmod(folder, 0o755)
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    durable: false,
  })
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(postgres.pid)])
    const pids = String(children).trim().split(/\s+/).map(Number)
    for (const pid of [postgres.pid, ...pids]) process.kill(pid, name)
  }
  const db = createDatabase(
    { url: postgres.url, poolMax: 1 },
    createLogger({ level: 'silent', part: 'test' }),
  )
  await db.migrate.latest()
  const started = await startService({ ...service.env, DATABASE_URL: postgres.url })
  const api = createClient(started.url)
  const ready = async () => (await fetch(`${started.url}/readyz`)).status
  try {
    const someone = await person({ api, db })
    const caller = api.as(someone)
    const all = () =>
      Promise.all([
        caller.get('/users/me'),
        caller.patch('/users/me', { name: 'Ada' }),
        api.get('/users/unknown0'),
        caller.get('/users/me/sessions'),
        api.post('/login', { username: someone.username, password }),
      ])
    await all()
    expect(await ready()).toBe(200)
    signal('SIGSTOP')
    const during = inTime(limitMs, all)
    expect(await inTime(limitMs / 2, ready)).toBe(503)
    expect((await during).map((it) => it.status)).toEqual(Array(5).fill(503))
    signal('SIGCONT')
    const [me] = await inTime(recoveryMs, all)
    expect(me.status).toBe(200)
    expect(await inTime(recoveryMs, ready)).toBe(200)
  } finally {
    signal('SIGCONT')
    await closeDatabase(db)
    await started.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
