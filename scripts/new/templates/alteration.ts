// Migrations of tables that exist.
import type { Field } from '../fields.ts'
import { columnDefinition } from './migration.ts'

/** Returns the text of a migration that adds nullable columns. */
export function addition(table: string, columns: readonly Field[]): string {
  const lines = (all: readonly string[]) => all.map((it) => `    ${it}\n`).join('')
  return `import type { Knex } from 'knex'

// Null for the rows that exist.
export async function up(knex: Knex) {
  await knex.raw("set local lock_timeout = '3s'")
  await knex.schema.alterTable('${table}', (table) => {
${lines(columns.map(columnDefinition))}  })
}

export async function down(knex: Knex) {
  await knex.schema.alterTable('${table}', (table) => {
${lines(columns.map((it) => `table.dropColumn('${it.name.snake}')`))}  })
}
`
}

/** Returns the text of a migration that changes nothing yet. */
export function emptyMigration(name: string): string {
  return `import type { Knex } from 'knex'

// What ${name} changes, and why.
export async function up(knex: Knex) {
  await knex.raw("set local lock_timeout = '3s'")
}

export async function down(knex: Knex) {
  await knex.raw("set local lock_timeout = '3s'")
}
`
}
