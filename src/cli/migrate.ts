// `node dist/migrate.js [command]`: changes the schema of the database. It needs the variables of PostgreSQL
// and no others, and a migration has no time limit.
import knex, { type Knex } from 'knex'
import { Reader, readConfig, readEnvironment } from '../config/config.ts'
import { knexConfig, migrationNames } from '../db/connection.ts'
import { databaseVariables } from './admin/database.ts'
import { parsed, reasonOf, runCommand, UsageError } from './command-line.ts'

const usage = `usage: node dist/migrate.js [command]
  latest            applies all missing migrations; the default
  list              prints all migrations and whether they are applied
  status            prints how many are; the exit code is 1 if any is missing
  up [name]         applies the next migration, or this one
  down [name]       undoes the last migration, or this one
  rollback [--all]  undoes the last batch, or all migrations
  unlock            removes the lock that a killed migration left`

interface Options {
  readonly db: Knex
  readonly name: string | undefined
  readonly all: boolean
}

/** Returns the lines to print. */
type Command = (options: Options) => Promise<readonly string[]>

/** The migration that runs. */
let running: string | undefined

const hooks = {
  beforeEach: async (_: Knex, [migration]: unknown[]) => {
    running = (migration as { file: string }).file
  },
}

const changing: Readonly<Record<string, Command>> = {
  async latest({ db }) {
    const [, names] = await db.migrate.latest(hooks)
    return changed('applied', names)
  },
  async up({ db, name }) {
    const [, names] = await db.migrate.up({ ...hooks, ...(name && { name }) })
    return changed('applied', names)
  },
  async down({ db, name }) {
    const [, names] = await db.migrate.down({ ...hooks, ...(name && { name }) })
    return changed('undid', names)
  },
  async rollback({ db, all }) {
    const [, names] = await db.migrate.rollback(hooks, all)
    return changed('undid', names)
  },
}

const commands: Readonly<Record<string, Command>> = {
  ...changing,
  async list({ db }) {
    const { applied, missing, unknown } = await compare(db)
    return [
      ...applied.map((it) => `applied  ${it}`),
      ...unknown.map((it) => `applied  ${it}, by another version`),
      ...missing.map((it) => `missing  ${it}`),
    ]
  },
  async status({ db }) {
    const { applied, missing, unknown } = await compare(db)
    if (missing.length > 0) process.exitCode = 1
    const others = unknown.length > 0 ? `, ${unknown.length} of another version` : ''
    return [`${applied.length} applied${others}, ${missing.length} missing`]
  },
  async unlock({ db }) {
    await db.migrate.forceFreeMigrationsLock()
    return ['the lock is removed']
  },
}

function changed(verb: string, names: readonly string[]): string[] {
  return names.length === 0 ? ['nothing to do'] : names.map((it) => `${verb} ${it}`)
}

/** Compares the migrations of this version with those that the database has applied. */
async function compare(db: Knex) {
  const [completed] = await db.migrate.list({ disableMigrationsListValidation: true })
  const done: string[] = completed.map(({ name }: { name: string }) => name)
  const own = migrationNames()
  return {
    applied: own.filter((it) => done.includes(it)),
    missing: own.filter((it) => !done.includes(it)),
    unknown: done.filter((it) => !own.includes(it)),
  }
}

/** @throws UsageError */
function readArguments(args: string[]) {
  const options = { all: { type: 'boolean', default: false } } as const
  const { values, positionals } = parsed({ args, options, allowPositionals: true })
  const [word = 'latest', name, ...rest] = positionals
  if (!Object.hasOwn(commands, word)) throw new UsageError(`unknown command ${word}`)
  const takesName = word === 'up' || word === 'down'
  const [superfluous] = takesName ? rest : [name, ...rest]
  if (superfluous !== undefined) throw new UsageError(`unexpected argument ${superfluous}`)
  if (values.all && word !== 'rollback') throw new UsageError('--all belongs to rollback')
  return { word, name, all: values.all }
}

/** Runs the command. @throws Error with a message for an operator. */
async function run(word: string, options: Options): Promise<readonly string[]> {
  const { db } = options
  if (Object.hasOwn(changing, word)) {
    const { missing, unknown } = await compare(db)
    if (unknown.length > 0) {
      const newer = `another version has applied ${unknown.join(', ')}`
      // An older version is started again, on the schema of the newer one.
      if (word === 'latest' && missing.length === 0) return ['nothing to do', newer]
      throw new Error(`${newer}: run that version, which knows how to undo it`)
    }
  }
  return (commands[word] as Command)(options)
}

function explained(error: unknown): Error {
  const reason = reasonOf(error)
  if (error instanceof Error && error.name === 'MigrationLocked') {
    return new Error(`${reason}. If no migration runs, one was killed: node dist/migrate.js unlock`)
  }
  return new Error(running === undefined ? `${reason}; see DATABASE_URL` : `${running}: ${reason}`)
}

await runCommand(usage, async (args) => {
  const { word, ...options } = readArguments(args)
  const read = new Reader(readEnvironment())
  const { database } = readConfig(read)
  read.check(databaseVariables)
  const ignore = () => {}
  const log = { warn: ignore, error: ignore, deprecate: ignore, debug: ignore }
  const db = knex({ ...knexConfig(database), log })
  try {
    return await run(word, { db, ...options })
  } catch (error) {
    throw explained(error)
  } finally {
    await db.destroy()
  }
})
