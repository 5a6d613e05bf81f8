import type { Knex } from 'knex'

// A deleted post keeps its row until it is purged.
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
    // For the foreign key: the delete of a user finds all posts of the user by it.
    table.index(['user_id', 'id'], 'posts_user_id_id_index')
  })
  const indexes = [
    // A list of posts does not step over deleted ones.
    'create index posts_active_user_id_id_index on posts (user_id, id) where deleted_at is null',
    // By title in the order of dictionaries, whatever locale the database has.
    `create index posts_active_user_id_title_id_index on posts (user_id, title collate "und-x-icu", id)
     where deleted_at is null`,
    // Finds text inside titles, as in `users`.
    'create index posts_title_search_index on posts using gin (title gin_trgm_ops) where deleted_at is null',
    // The purge finds old rows by it.
    'create index posts_deleted_at_index on posts (deleted_at) where deleted_at is not null',
  ]
  for (const index of indexes) await knex.raw(index)
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('posts')
}
