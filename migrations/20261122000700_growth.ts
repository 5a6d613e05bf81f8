import type { Knex } from 'knex'

// What keeps the cost of a read from growing with what is stored. Lists walk an index of just the rows
// that they show, so that what is deleted is not stepped over. A search inside names goes by their
// trigrams, which takes three letters or digits in a row; the contract asks for them.
export async function up(knex: Knex) {
  await knex.raw('create extension if not exists pg_trgm')
  await knex.raw('create index users_present_id_index on users (id) where deleted_at is null')
  await knex.raw('create index users_deleted_id_index on users (id) where deleted_at is not null')
  await knex.raw(`create index users_search_index on users
    using gin (name gin_trgm_ops, username gin_trgm_ops, email gin_trgm_ops)`)
  await knex.raw(
    'create index posts_present_user_id_id_index on posts (user_id, id) where deleted_at is null',
  )
}

// The extension stays: somebody else may use it by now.
export async function down(knex: Knex) {
  await knex.raw('drop index posts_present_user_id_id_index')
  for (const name of ['search', 'deleted_id', 'present_id']) {
    await knex.raw('drop index ??', [`users_${name}_index`])
  }
}
