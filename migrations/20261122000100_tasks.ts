import type { Knex } from 'knex'

// A task is what its owner sees of a piece of work; the outbox holds the work that is still to do.
// A row of the outbox is inserted in the transaction that causes it and stays until the job is done.
export async function up(knex: Knex) {
  await knex.schema.createTable('tasks', (table) => {
    table.uuid('id').primary()
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')
    table.string('type', 50).notNullable()
    table.jsonb('input').notNullable()
    table.enu('status', ['queued', 'running', 'succeeded', 'failed']).notNullable()
    table.smallint('progress').notNullable()
    table.jsonb('result')
    table.jsonb('problem')
    table.timestamp('created_at').notNullable()
    table.timestamp('updated_at').notNullable()
    table.timestamp('started_at')
    table.timestamp('finished_at')
    table.index(['user_id', 'id'], 'tasks_user_id_id_index')
  })
  await knex.schema.createTable('outbox', (table) => {
    table.uuid('id').primary()
    table.string('job', 50).notNullable()
    table.jsonb('payload').notNullable()
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now())
    table.timestamp('leased_until').notNullable().defaultTo(knex.fn.now())
    table.index(['leased_until'], 'outbox_leased_until_index')
  })
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('outbox')
  await knex.schema.dropTable('tasks')
}
