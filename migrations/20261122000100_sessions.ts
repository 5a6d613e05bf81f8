import type { Knex } from 'knex'

// One row per login. Access tokens name their session, so the end of a session ends them too. A
// session is valid while its generation equals its user's `session_generation`.
export async function up(knex: Knex) {
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
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('sessions')
}
