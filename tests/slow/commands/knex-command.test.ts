// The `knex` command line in a copy of the repository: it can run the files that it creates.
// Slow because each command starts node and compiles the sources.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { temporaryDatabase } from '../../support/database.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
let copy: string
let database: Awaited<ReturnType<typeof temporaryDatabase>>

beforeAll(async () => {
  database = await temporaryDatabase()
  copy = await mkdtemp(join(tmpdir(), 'knex-command-'))
  const parts = ['migrations', 'seeds', 'src', 'generated', 'scripts', 'knexfile.js', 'knexfile.ts']
  for (const part of [...parts, 'package.json', 'tsconfig.json']) {
    await cp(join(root, part), join(copy, part), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(async () => {
  await rm(copy, { recursive: true, force: true })
  await database.drop()
})

async function knex(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url, NO_COLOR: '1' }
  const command = ['node_modules/knex/bin/cli.js', ...args]
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: copy, env })
  return stdout
}

async function countRows(table: string): Promise<number> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rowCount } = await client.query(`select from ${table}`)
  await client.end()
  return rowCount ?? 0
}

it('creates a migration in TypeScript, applies it and rolls it back', async () => {
  await knex('migrate:make', 'notes')
  const created = (await readdir(join(copy, 'migrations'))).find((it) => it.endsWith('_notes.ts'))
  expect(created).toBeDefined()
  expect(await knex('migrate:latest')).toContain('1 migrations')
  expect(await knex('migrate:list')).toContain(created?.replace('.ts', ''))
  expect(await knex('migrate:rollback')).toContain('1 migrations')
})

/** How many rows the seeds of the repository create. */
const seeded = [
  ['users', 4],
  ['posts', 3],
] as const

it('creates a seed and runs all seeds, twice with the same result', async () => {
  const seeds = await readdir(join(copy, 'seeds'))
  await knex('seed:make', '99_more')
  for (let time = 0; time < 2; time++) {
    expect(await knex('seed:run')).toContain(`Ran ${seeds.length + 1} seed files`)
    for (const [table, count] of seeded) expect(await countRows(table), table).toBe(count)
  }
})
