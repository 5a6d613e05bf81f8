import type { Knex } from 'knex'

// A deleted post keeps its row until it is erased. The index serves the list of a user's posts and
// the foreign key alike.
export async function up(knex: Knex) {
  await knex.schema.createTable('posts', (table) => {
    table.uuid('id').primary()
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')
    table.string('title', 30).notNullable()
    table.string('text', 63206).notNullable()
    table.string('media_url', 2048)
    table.timestamp('created_at').notNullable()
    table.timestamp('updated_at').notNullable()
    table.timestamp('deleted_at')
    table.index(['user_id', 'id'], 'posts_user_id_id_index')
  })
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('posts')
}
