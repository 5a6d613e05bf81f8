// Removing a feature keeps migrations that databases have applied, and adds one that undoes them.
import { expect, it } from 'vitest'
import { dropMigration, referencesTo, tablesOf } from '../../scripts/eject/migrations.ts'

const notes = `export async function up(knex) {
  await knex.schema.createTable('notes', (table) => table.uuid('user_id').references('users.id'))
  await knex.raw('create table "note_words" (note_id uuid references notes)')
}`

it('finds the tables of a migration, and who has a foreign key to them', () => {
  const tables = tablesOf([notes])
  expect([...tables]).toEqual(['notes', 'note_words'])
  const others = new Map([
    ['migrations/2_likes.ts', `table.uuid('note_id').references('id').inTable('notes')`],
    ['migrations/3_users.ts', `table.uuid('id') // references('notes_old.id')`],
  ])
  expect(referencesTo(tables, others)).toEqual(['migrations/2_likes.ts has a foreign key to notes'])
})

it('undoes the latest migration first, deletes the jobs that wait, and comes after all migrations', () => {
  const migrations = [
    'migrations/20260101000000_notes.ts',
    'migrations/29990101000000_notes_more.ts',
  ]
  const undone = { features: ['notes', 'old-lists'], migrations, jobs: ['purgeNotes'] }
  const [path, text] = dropMigration(undone, migrations, new Date('2026-05-05'))
  expect(path).toBe('migrations/29990101000001_drop_notes_old_lists.ts')
  expect(text).toBe(`import type { Knex } from 'knex'
import * as step1 from './20260101000000_notes.ts'
import * as step2 from './29990101000000_notes_more.ts'

// Drops the tables with their rows, and the jobs that wait. \`down\` creates the tables again, empty.
export async function up(knex: Knex) {
  await knex('outbox').whereIn('job', ['purgeNotes']).delete()
  await knex('schedules').whereIn('job', ['purgeNotes']).delete()
  await step2.down(knex)
  await step1.down(knex)
}

export async function down(knex: Knex) {
  await step1.up(knex)
  await step2.up(knex)
}
`)
})
