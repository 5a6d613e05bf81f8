// A PostgreSQL with TLS that rejects every connection without it. Slow: it creates certificates and starts a
// server, a service, a worker and commands.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { type Postgres, startPostgres } from '../../../scripts/dev/postgres.ts'
import { checkDatabase } from '../../../src/cli/doctor/database.ts'
import { type Environment, loadConfig } from '../../../src/config/config.ts'
import { createCertificates } from '../../support/certificates.ts'
import { startService, useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
let folder: string
let postgres: Postgres

beforeAll(async () => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postgres-tls-'))
  fs.chmodSync(folder, 0o755)
  createCertificates(folder)
  const dataDir = join(folder, 'postgres')
  postgres = await startPostgres({ dataDir, port: await freePort(), durable: false })
  const { uid, gid } = fs.statSync(postgres.dataDir)
  for (const [from, to] of [
    ['server.pem', 'server.crt'],
    ['server.key', 'server.key'],
  ] as const) {
    const path = join(postgres.dataDir, to)
    fs.copyFileSync(join(folder, from), path)
    fs.chmodSync(path, 0o600)
    fs.chownSync(path, uid, gid)
  }
  const rules = join(postgres.dataDir, 'pg_hba.conf')
  fs.writeFileSync(rules, `hostnossl all all all reject\n${fs.readFileSync(rules, 'utf8')}`)
  const client = new pg.Client(postgres.url)
  await client.connect()
  await client.query('alter system set ssl = on')
  await client.query('select pg_reload_conf()')
  await client.end()
}, 120_000)
afterAll(async () => {
  await postgres.stop()
  fs.rmSync(folder, { recursive: true })
})

/** Returns the environment of a server with TLS, by a host and a mode. */
function secure(mode: string, host = 'localhost', ca?: string): Environment {
  const url = new URL(postgres.url)
  url.hostname = host
  return {
    DATABASE_URL: `${url.href}${mode}`,
    ...(ca !== undefined && { DATABASE_TLS_CA: join(folder, ca) }),
  }
}

const commands = { migrate: '', createSuperuser: '', unlock: '', infra: '' }

/** Returns what `npm run doctor` says about a server, with what fixes it. */
async function doctor(env: Environment): Promise<string> {
  const [finding] = await checkDatabase(loadConfig(env).database, commands)
  return `${finding?.state}: ${finding?.found} ${finding?.fix ?? ''}`
}

it('has every connection of the API, the worker and the knex command encrypted', async () => {
  const env = secure('?sslmode=verify-full', 'localhost', 'ca.pem')
  const variables = { ...process.env, ...env }
  // knex prints warnings of pg on the error stream.
  const migrated = execFileSync('sh', ['-c', 'npx knex migrate:latest 2>&1'], { env: variables })
  expect(String(migrated)).toMatch(/migrations/)
  expect(String(migrated)).not.toMatch(/warning/i)

  const warnings: string[] = []
  const note = (warning: Error) => void warnings.push(warning.message)
  process.on('warning', note)
  onTestFinished(() => void process.off('warning', note))
  const started = await startService({ ...service.env, ...env }, { worker: true })
  const db = new pg.Client({
    connectionString: postgres.url,
    ssl: { rejectUnauthorized: false },
  })
  try {
    await db.connect()
    await until('readiness', async () => (await fetch(`${started.url}/readyz`)).ok || undefined)
    await until('several connections', async () => {
      // One that is still being opened has no user yet.
      const { rows } = await db.query(
        `select ssl from pg_stat_ssl join pg_stat_activity using (pid)
          where client_port > 0 and usename is not null`,
      )
      expect(rows.every((it) => it.ssl)).toBe(true)
      return rows.length > 4 || undefined
    })
    expect(started.logged().filter((it) => it.level === 'warn')).toEqual([])
    expect(warnings).toEqual([])
  } finally {
    await db.end()
    await started.stop()
  }
})

it.each([
  ['?sslmode=require', 'localhost', undefined, 'ok'],
  ['?ssl=true', '127.0.0.1', undefined, 'ok'],
  ['?sslmode=require', '127.0.0.1', 'ca.pem', 'ok'],
  ['?sslmode=require', 'localhost', 'other-ca.pem', /certificate.*DATABASE_TLS_CA/],
  ['?sslmode=verify-ca', '127.0.0.1', 'ca.pem', 'ok'],
  ['?sslmode=verify-ca', 'localhost', 'other-ca.pem', /certificate.*DATABASE_TLS_CA/],
  ['?sslmode=verify-full', 'localhost', 'ca.pem', 'ok'],
  ['', 'localhost', 'ca.pem', 'ok'],
  ['?sslmode=verify-full', '127.0.0.1', 'ca.pem', /does not match certificate.*correct the host/],
  ['?sslmode=verify-full', 'localhost', 'other-ca.pem', /certificate.*DATABASE_TLS_CA/],
  ['?sslmode=verify-full', 'localhost', undefined, /certificate.*DATABASE_TLS_CA/],
  ['', 'localhost', undefined, /no encryption.*sslmode/],
])('%s at %s with the authority %s: %s', async (mode, host, ca, expected) => {
  const said = await doctor(secure(mode, host, ca))
  if (expected === 'ok') expect(said).toMatch(/^ok: /)
  else expect(said).toMatch(expected)
})

it('is required: a server without TLS is not used', async () => {
  const DATABASE_URL = `${service.env.DATABASE_URL}?sslmode=require`
  expect(await doctor({ DATABASE_URL })).toMatch(/does not support SSL.*turn ssl on/)
})

it('has the reason in the log of a service that cannot connect', async () => {
  const env = secure('?sslmode=verify-full', 'localhost', 'other-ca.pem')
  const started = await startService({ ...service.env, ...env })
  try {
    const [line] = await until('a warning', () => {
      const lines = started.logged().filter((it) => it.level === 'warn')
      return lines.length > 0 ? lines : undefined
    })
    expect(JSON.stringify(line)).toMatch(/not ready.*See DATABASE_URL/)
    expect(JSON.stringify(line)).toMatch(/certificate/)
    expect((await fetch(`${started.url}/readyz`)).status).toBe(503)
  } finally {
    await started.stop()
  }
})
