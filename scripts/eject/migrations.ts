// The migrations of a feature: which tables they make, who refers to these, and the migration that drops them.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { git, newestVersionTag } from '../contract/git.ts'

const isMigration = (path: string) => /^migrations\/[^/]+\.ts$/.test(path)

/** Reads all migrations by path, without those that a later one has undone. */
export async function readMigrations(
  root: string,
  files: readonly string[],
): Promise<Map<string, string>> {
  const read = async (path: string) => [path, await readFile(join(root, path), 'utf8')] as const
  const all = await Promise.all(files.filter(isMigration).map(read))
  const undone = (path: string) => all.some(([, text]) => text.includes(`'./${basename(path)}'`))
  return new Map(all.filter(([path]) => !undone(path)))
}

/** Returns the tables that migrations create. */
export function tablesOf(texts: Iterable<string>): Set<string> {
  const creates = /createTable\(\s*['"`](\w+)|create table (?:if not exists )?"?(\w+)/gi
  return new Set(
    [...texts].flatMap((text) => [...text.matchAll(creates)].map((it) => it[1] ?? it[2] ?? '')),
  )
}

/** Returns the migrations with a foreign key to one of the tables, each with the table's name. */
export function referencesTo(
  tables: ReadonlySet<string>,
  migrations: ReadonlyMap<string, string>,
): string[] {
  return [...migrations].flatMap(([path, text]) =>
    [...tables]
      .filter((table) => {
        const quoted = `['"\`]${table}`
        return new RegExp(
          `references\\(\\s*${quoted}\\.|inTable\\(\\s*${quoted}['"\`]|references\\s+"?${table}\\b`,
        ).test(text)
      })
      .map((table) => `${path} has a foreign key to ${table}`),
  )
}

/** Returns the migrations of the newest version, which other databases may have applied. */
export async function releasedMigrations(root: string): Promise<string[]> {
  if (!existsSync(join(root, '.git'))) return []
  const tag = await newestVersionTag(root)
  if (tag === undefined) return []
  return (await git(root, 'ls-tree', '--name-only', tag, 'migrations/')).split('\n')
}

export interface Undone {
  /** The names of the features. */
  readonly features: readonly string[]
  readonly migrations: readonly string[]
  /** The jobs that no build runs any more. */
  readonly jobs: readonly string[]
}

/**
 * Returns path and text of a migration that undoes others.
 * @param all the paths of the project, of which the new one is the latest migration
 */
export function dropMigration(
  undone: Undone,
  all: readonly string[],
  now: Date,
): [path: string, text: string] {
  const stamps = all.filter(isMigration).map((it) => basename(it).slice(0, 14))
  const newest = stamps.sort().at(-1) ?? ''
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14)
  const next = stamp > newest ? stamp : String(BigInt(newest) + 1n)
  const name = undone.features.join('_').replaceAll('-', '_')
  return [`migrations/${next}_drop_${name}.ts`, dropText(undone)]
}

function dropText({ migrations, jobs }: Undone): string {
  const names = migrations.map((it) => basename(it)).sort()
  const imports = names.map((name, at) => `import * as step${at + 1} from './${name}'`)
  const steps = names.map((_, at) => `step${at + 1}`)
  const list = jobs.map((it) => `'${it}'`).join(', ')
  const deletes = ['outbox', 'schedules'].map(
    (table) => `  await knex('${table}').whereIn('job', [${list}]).delete()\n`,
  )
  return `import type { Knex } from 'knex'
${imports.join('\n')}

// Drops the tables with their rows, and the jobs that wait. \`down\` creates the tables again, empty.
export async function up(knex: Knex) {
${jobs.length > 0 ? deletes.join('') : ''}${calls(steps.toReversed(), 'down')}}

export async function down(knex: Knex) {
${calls(steps, 'up')}}
`
}

const calls = (steps: readonly string[], method: string) =>
  steps.map((step) => `  await ${step}.${method}(knex)\n`).join('')
