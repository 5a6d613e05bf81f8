import type { Knex } from 'knex'

// The table stores hashes, never tokens. A used token keeps its row, so that a second use is detected.
export async function up(knex: Knex) {
  await knex.schema.createTable('refresh_tokens', (table) => {
    table.binary('hash').primary()
    table.uuid('session_id').notNullable().references('sessions.id').onDelete('cascade')
    table.timestamp('used_at')
    table.index(['session_id'], 'refresh_tokens_session_id_index')
  })
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('refresh_tokens')
}
