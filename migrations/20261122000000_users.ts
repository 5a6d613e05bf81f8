import type { Knex } from 'knex'

// The service creates the ids: UUIDv7, so they sort by creation time and lists page by them. A deleted
// user keeps its row but not its names: usernames and email addresses are unique among active users.
// To raise `session_generation` ends all sessions of the user.
export async function up(knex: Knex) {
  await createTrigrams(knex)
  await knex.schema.createTable('users', (table) => {
    table.uuid('id').primary()
    table.string('name', 30).notNullable()
    table.string('username', 20).notNullable()
    table.string('email', 254).notNullable()
    table.string('password_hash', 60).notNullable()
    table.string('profile_image_url', 2048)
    table.boolean('is_superuser').notNullable().defaultTo(false)
    table.timestamp('created_at').notNullable()
    table.timestamp('updated_at').notNullable()
    table.timestamp('deleted_at')
    table.integer('session_generation').notNullable().defaultTo(0)
  })
  const indexes = [
    'create unique index users_username_key on users (username) where deleted_at is null',
    'create unique index users_email_key on users (lower(email)) where deleted_at is null',
    // A list reads an index of its own rows, so it does not step over deleted ones.
    'create index users_active_id_index on users (id) where deleted_at is null',
    'create index users_deleted_id_index on users (id) where deleted_at is not null',
    // For lists in this order, active users included. The purge finds old rows by it.
    'create index users_deleted_at_id_index on users (deleted_at, id)',
    // In the order of dictionaries, whatever locale the database has. After an upgrade of ICU, for which
    // PostgreSQL warns, `reindex` puts it in the new order.
    `create index users_active_name_id_index on users (name collate "und-x-icu", id)
     where deleted_at is null`,
    // A trigram index finds text inside names. It needs three letters or digits in a row, which the
    // contract requires of a search.
    `create index users_search_index on users
     using gin (name gin_trgm_ops, username gin_trgm_ops, email gin_trgm_ops)`,
  ]
  for (const index of indexes) await knex.raw(index)
}

/** @throws Error that says who creates the extension where this user cannot. */
async function createTrigrams(knex: Knex) {
  try {
    await knex.raw('create extension if not exists pg_trgm')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `Searches need the extension pg_trgm, which this user cannot create: ${reason}. ` +
        'An administrator of the database runs "create extension pg_trgm" in it once; then migrate again.',
      { cause: error },
    )
  }
}

// The extension stays, because other tables may use it.
export async function down(knex: Knex) {
  await knex.schema.dropTable('users')
}
