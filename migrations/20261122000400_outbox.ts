import type { Knex } from 'knex'

// Jobs that are still to run. The transaction that causes a job inserts its row, which stays until the
// job completes. `run_id` is the run that holds the job; `failed_at` marks a job that no run retries.
// The job of a task has the task's id.
export async function up(knex: Knex) {
  await knex.schema.createTable('outbox', (table) => {
    table.uuid('id').primary()
    table.string('job', 50).notNullable()
    table.jsonb('payload').notNullable()
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now())
    table.timestamp('leased_until').notNullable().defaultTo(knex.fn.now())
    table.smallint('attempts').notNullable().defaultTo(0)
    table.uuid('run_id')
    table.timestamp('cancelled_at')
    table.timestamp('failed_at')
    table.string('error', 500)
  })
  await knex.raw(
    'create index outbox_leased_until_index on outbox (leased_until) where failed_at is null',
  )
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('outbox')
}
