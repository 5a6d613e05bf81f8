import type { Knex } from 'knex'

// Recurring jobs, each with its last enqueued tick. Of several workers, only the one that advances
// `last_tick` enqueues the job.
export async function up(knex: Knex) {
  await knex.schema.createTable('schedules', (table) => {
    table.string('job', 50).primary()
    table.timestamp('last_tick').notNullable()
  })
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('schedules')
}
