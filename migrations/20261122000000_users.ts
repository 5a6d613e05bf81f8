import type { Knex } from 'knex'

// Ids are UUIDv7, made by the service: they sort by time, which the lists are paged by.
// A deleted user keeps the row and gives up the name: uniqueness holds among present users only.
export async function up(knex: Knex) {
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
  })
  await knex.raw(
    'create unique index users_username_key on users (username) where deleted_at is null',
  )
  await knex.raw(
    'create unique index users_email_key on users (lower(email)) where deleted_at is null',
  )
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('users')
}
