import type { Knex } from 'knex'

// What a caller was answered under an Idempotency-Key, inserted in the transaction of what the request
// has changed: either both are there, or neither.
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
