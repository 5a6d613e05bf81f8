// `npm run new -- migration add_summary_to_posts "summary:string(1..500)?"`
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nextTimestamp } from './add-resource.ts'
import { Changes } from './changes.ts'
import type { Command } from './command.ts'
import { type Field, parseFields } from './fields.ts'
import { nameOf } from './names.ts'
import { addition, emptyMigration } from './templates/alteration.ts'

export const migration: Command = {
  usage: `npm run new -- migration add_<column>_to_<table> ["<columns>"], or any other name
  adds nullable columns, or writes an empty migration`,
  options: {},

  read([given = '', ...more]) {
    const { snake } = nameOf(given, 'a migration')
    const [, what = '', table] = /^add_(\w+)_to_(\w+)$/.exec(snake) ?? []
    if (table === undefined) {
      if (more.length > 0)
        throw new Error(`columns need a table: expected add_<column>_to_<table>, found "${given}"`)
      return (copy) => write(copy, snake, emptyMigration(snake))
    }
    const columns = parseFields(more.length > 0 ? more.join(' ') : `${what}:string?`, [])
    for (const column of columns) refuseUnsafe(column)
    return async (copy) => {
      await refuseTaken(copy, table, columns)
      // Its name begins with the table, so that it goes with the feature.
      return write(copy, `${table}_add_${what}`, addition(table, columns))
    }
  },
}

/** The version before still runs on the new schema, and the table may be large. */
function refuseUnsafe({ name, type, isOptional, isUnique }: Field) {
  const guide = 'docs/migrations.md shows how, in several steps'
  if (!isOptional)
    throw new Error(`"${name.camel}" must be optional ("?"): rows exist without it; ${guide}`)
  if (isUnique || type === 'ref')
    throw new Error(`"${name.camel}" needs an index, built concurrently: ${guide}`)
}

async function refuseTaken(copy: string, table: string, columns: readonly Field[]) {
  const folder = join(copy, 'migrations')
  const all = await Promise.all(
    (await readdir(folder)).map((it) => readFile(join(folder, it), 'utf8')),
  )
  const tables = all.flatMap((it) => [...it.matchAll(/createTable\('(\w+)'/g)].map(([, of]) => of))
  if (!tables.includes(table))
    throw new Error(
      `no migration creates the table ${table}; there are ${tables.sort().join(', ')}`,
    )
  const own = all.filter((it) => new RegExp(`Table\\('${table}'`).test(it))
  const taken = columns.find((it) => own.some((text) => text.includes(`('${it.name.snake}'`)))
  if (taken) throw new Error(`${table} has a column ${taken.name.snake} already`)
}

async function write(copy: string, name: string, text: string) {
  const changes = new Changes(copy)
  const file = `${await nextTimestamp(copy)}_${name}.ts`
  const others = (await readdir(join(copy, 'migrations'))).find((it) => it.endsWith(`_${name}.ts`))
  if (others) throw new Error(`migrations/${others} has this name already`)
  await changes.create(`migrations/${file}`, text)
  await changes.write()
  return { before: ['npx knex migrate:latest'], tests: ['tests/db/migrations.test.ts'] }
}
