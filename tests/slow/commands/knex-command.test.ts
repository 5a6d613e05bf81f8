// The `knex` command as people type it, in a copy of the root: what it makes, it can run.
// Slow because each command starts node and compiles the sources.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
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

it('makes a migration in TypeScript, applies it and rolls it back', async () => {
  await knex('migrate:make', 'notes')
  const made = (await readdir(join(copy, 'migrations'))).find((it) => it.endsWith('_notes.ts'))
  expect(made).toBeDefined()
  expect(await knex('migrate:latest')).toContain('1 migrations')
  expect(await knex('migrate:list')).toContain(made?.replace('.ts', ''))
  expect(await knex('migrate:rollback')).toContain('1 migrations')
})

it('makes a seed and runs the seeds, twice', async () => {
  await knex('seed:make', '03_more')
  for (let time = 0; time < 2; time++) expect(await knex('seed:run')).toContain('Ran 3 seed files')
})
