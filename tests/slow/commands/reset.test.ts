// `npm run db:reset` on a data folder of its own, with and without a launcher that runs its servers.
// Slow because it starts PostgreSQL and Redis several times.
import { join } from 'node:path'
import { Redis } from 'ioredis'
import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import { databaseName } from '../../../src/config/names.ts'
import {
  type Launcher,
  launcherVariables,
  livingProcesses,
  startLauncher,
  useLauncherFolder,
} from '../../support/launcher.ts'

const slow = 60_000
const { folder, dataDir, variables } = useLauncherFolder('reset-')
let infra: Launcher

afterAll(async () => {
  await infra?.end('SIGTERM')
})

async function reset(more: Record<string, string> = {}) {
  const run = startLauncher('scripts/dev/reset.ts', { ...variables, ...more })
  return { code: await run.ended, output: run.output() }
}

async function query(sql: string): Promise<unknown[]> {
  const port = Number(variables.EMBEDDED_POSTGRES_PORT)
  const user = { user: 'postgres', password: 'postgres' }
  const client = new pg.Client({ host: '127.0.0.1', port, database: databaseName, ...user })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

const usernames = 'select username from users order by username'
const seeded = ['ada', 'admin', 'edsger', 'grace'].map((username) => ({ username }))

it(
  'creates the database where no launcher runs, and stops its servers',
  async () => {
    const { code, output } = await reset()
    expect(output).toContain(`/${databaseName} is new, migrated and seeded\n`)
    expect(code).toBe(0)
    expect(livingProcesses(dataDir)).toEqual({})
  },
  slow,
)

it(
  'replaces the rows and the Redis keys of a running launcher',
  async () => {
    infra = startLauncher('scripts/dev/infra.ts', variables)
    await infra.says('Ctrl-C stops them')
    expect(await query(usernames)).toEqual(seeded)
    await query("update users set username = 'countess' where username = 'ada'")
    await query('create table leftover ()')
    const redis = new Redis(Number(variables.EMBEDDED_REDIS_PORT), '127.0.0.1')
    await redis.set('leftover', '1')

    expect(await reset()).toMatchObject({ code: 0 })

    expect(await query(usernames)).toEqual(seeded)
    expect(await query("select to_regclass('leftover') as leftover")).toEqual([{ leftover: null }])
    expect(await redis.exists('leftover')).toBe(0)
    redis.disconnect()
  },
  slow,
)

it(
  'leaves the private servers of another data folder alone',
  async () => {
    await query('create table leftover ()')
    const other = { DATA_DIR: join(folder, 'other') }
    const taken = await reset(other)
    expect(taken.output).toContain(
      `EMBEDDED_POSTGRES_PORT: ${variables.EMBEDDED_POSTGRES_PORT} is taken`,
    )

    const { EMBEDDED_POSTGRES_PORT = '', EMBEDDED_REDIS_PORT = '' } = variables
    const launcher = startLauncher('scripts/dev/infra.ts', {
      ...(await launcherVariables(other.DATA_DIR)),
    })
    await launcher.says('Ctrl-C stops them')
    const { code, output } = await reset({ ...other, EMBEDDED_POSTGRES_PORT, EMBEDDED_REDIS_PORT })
    await launcher.end('SIGTERM')
    expect(output).toContain('EMBEDDED_POSTGRES_PORT leads to a server with its data in')
    expect(code).toBe(1)
    expect(await query("select to_regclass('leftover') is null as gone")).toEqual([{ gone: false }])
  },
  slow,
)

it.each([
  { DATABASE_URL: 'postgres://app@127.0.0.1:1/app' },
  { POSTGRES_SERVER: '127.0.0.1' },
  { POSTGRES_DB: 'app' },
])(
  'names the variable that leads to another database: %o',
  async (variable) => {
    const { code, output } = await reset(variable)
    const [name] = Object.keys(variable)
    expect(output).toBe(
      `npm run db:reset: ${name} is set, and only the private database can be reset: unset it first\n`,
    )
    expect(code).toBe(1)
  },
  slow,
)
