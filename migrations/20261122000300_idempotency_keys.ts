import type { Knex } from 'knex'

// The response to a request with an Idempotency-Key. The transaction that makes the request's changes
// inserts the row, so that the database holds both or neither.
export async function up(knex: Knex) {
  await knex.schema.createTable('idempotency_keys', (table) => {
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')
    table.string('key', 255).notNullable()
    table.string('fingerprint', 64).notNullable()
    table.smallint('status').notNullable()
    table.jsonb('headers').notNullable()
    table.text('body')
    table.timestamp('created_at').notNullable()
    table.primary(['user_id', 'key'])
    table.index(['created_at'], 'idempotency_keys_created_at_index')
  })
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('idempotency_keys')
}
