// The backup of docs/runbooks.md, restored after the database is lost: accounts and jobs are those of the
// backup. Slow because it runs a PostgreSQL of the system, which has the programs for it.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { requireProgram } from '../../../scripts/bootstrap/provide-programs.mjs'
import { freePort } from '../../../scripts/dev/ports.ts'
import { closeDatabase, createDatabase } from '../../../src/db/connection.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { password, person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { parsePage, root } from '../../support/guides.ts'
import { submitJob, withOwnJob } from '../../support/jobs.ts'
import { startService, useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()

const page = parsePage('docs/runbooks.md', readFileSync(join(root, 'docs/runbooks.md'), 'utf8'))
const [backUp = '', restore = ''] = page.blocks
  .filter((it) => it.path === 'tests/slow/deployments/backup.test.ts')
  .map((it) => it.text)

/** Starts PostgreSQL in a folder of its own. Returns a function that runs shell lines beside its programs. */
async function startPostgresql() {
  const bin = dirname(requireProgram('postgresql'))
  const folder = mkdtempSync(join(tmpdir(), 'backup-'))
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0
  const idOf = (option: string) => Number(execFileSync('id', [option, 'postgres']))
  const user = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const server = `postgres://postgres@127.0.0.1:${port}`
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    DATABASE_URL: `${server}/app`,
    MAINTENANCE_URL: `${server}/postgres`,
  }
  const run = (lines: string) =>
    execFileSync('bash', ['-euo', 'pipefail', '-c', lines], { cwd: folder, env, ...user })
  run(
    'initdb --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync',
  )
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`
  run(`pg_ctl start --wait --pgdata=data --log=log --options="${options}"`)
  onTestFinished(() => {
    run('pg_ctl stop --pgdata=data --mode=immediate')
    rmSync(folder, { recursive: true })
  })
  return { run, url: env.DATABASE_URL }
}

it('a restored backup has its accounts, and runs the jobs that waited in it', async () => {
  const { run, url } = await startPostgresql()
  run('createdb --maintenance-db="$MAINTENANCE_URL" app')
  const open = () =>
    createDatabase({ url, poolMax: 2 }, createLogger({ level: 'silent', part: 'test' }))
  const env = (prefix: string) => ({ ...service.env, DATABASE_URL: url, REDIS_PREFIX: prefix })
  const db = open()
  await db.migrate.latest()

  const before = await startService(env('before'))
  const someone = await person({ api: createClient(before.url), db })
  const profile = `/users/${someone.username}`
  const job = await submitJob(db)
  run(backUp)
  // What a cache has seen since would outlive the database.
  const caller = createClient(before.url).as(someone)
  expect((await caller.patch(profile, { name: 'After the backup' })).status).toBe(200)
  expect((await caller.get(profile)).body).toMatchObject({ name: 'After the backup' })
  await before.stop()
  await closeDatabase(db)

  run(restore)

  let runs = 0
  const jobs = withOwnJob({ attempts: 1, timeoutSeconds: 10, run: async () => void runs++ })
  const after = await startService(env('after'), { worker: true, jobs })
  const restored = open()
  onTestFinished(async () => {
    await after.stop()
    await closeDatabase(restored)
  })
  expect((await fetch(`${after.url}/readyz`)).status).toBe(200)
  const api = createClient(after.url)
  expect((await api.post('/login', { username: someone.username, password })).status).toBe(200)
  expect((await api.get(profile)).body).not.toMatchObject({ name: 'After the backup' })
  const isOver = async () => (await restored('outbox').where({ id: job.id })).length === 0
  await until('the end of the job', async () => (await isOver()) || undefined)
  expect(runs).toBe(1)
})
