import type { Knex } from 'knex'

// A session is one login; access tokens name it, so that ending it ends them. It counts while its
// generation is its user's: to raise the user's number ends all sessions, in the statement that
// changes what they were granted for.
// Refresh tokens stay as hashes after their use, so that a second use is recognized for what it is.
export async function up(knex: Knex) {
  await knex.schema.alterTable('users', (table) => {
    table.integer('session_generation').notNullable().defaultTo(0)
  })
  await knex.schema.createTable('sessions', (table) => {
    table.uuid('id').primary()
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')
    table.integer('generation').notNullable()
    table.string('user_agent', 200)
    table.timestamp('created_at').notNullable()
    table.timestamp('refreshed_at').notNullable()
    table.timestamp('expires_at').notNullable()
    table.index(['user_id', 'id'], 'sessions_user_id_id_index')
    table.index(['expires_at'], 'sessions_expires_at_index')
  })
  await knex.schema.createTable('refresh_tokens', (table) => {
    table.binary('hash').primary()
    table.uuid('session_id').notNullable().references('sessions.id').onDelete('cascade')
    table.timestamp('used_at')
    table.boolean('is_repeated').notNullable().defaultTo(false)
    table.index(['session_id'], 'refresh_tokens_session_id_index')
  })
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('refresh_tokens')
  await knex.schema.dropTable('sessions')
  await knex.schema.alterTable('users', (table) => {
    table.dropColumn('session_generation')
  })
}
