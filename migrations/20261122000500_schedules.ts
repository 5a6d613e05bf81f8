import type { Knex } from 'knex'

// A recurring job and the last tick for which it was enqueued: who moves it on, enqueues, and nobody
// else does. The indexes are those by which the first of them, the purges, find what is old.
export async function up(knex: Knex) {
  await knex.schema.createTable('schedules', (table) => {
    table.string('job', 50).primary()
    table.timestamp('last_tick').notNullable()
  })
  for (const name of ['users', 'posts']) {
    await knex.raw(
      `create index ${name}_deleted_at_index on ${name} (deleted_at) where deleted_at is not null`,
    )
  }
}

export async function down(knex: Knex) {
  for (const name of ['users', 'posts']) await knex.raw(`drop index ${name}_deleted_at_index`)
  await knex.schema.dropTable('schedules')
}
