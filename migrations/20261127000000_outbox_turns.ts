import type { Knex } from 'knex'

// `turn` orders the jobs that no worker has taken yet, so that their owners take turns. Jobs that wait already have
// none. `trace_context` is the trace that the run of a job continues.
export async function up(knex: Knex) {
  await knex.schema.alterTable('outbox', (table) => {
    table.uuid('owner_id')
    table.bigInteger('turn')
    table.jsonb('trace_context')
  })
  await knex.raw(`
    drop index outbox_leased_until_index;
    create index outbox_leased_until_index on outbox (leased_until)
      where failed_at is null and turn is null;
    create index outbox_turn_id_index on outbox (turn, id) where turn is not null;
    create index outbox_owner_id_turn_index on outbox (owner_id, turn) where turn is not null`)
}

export async function down(knex: Knex) {
  await knex.raw('drop index outbox_leased_until_index')
  await knex.schema.alterTable('outbox', (table) => {
    table.dropColumns('owner_id', 'turn', 'trace_context')
  })
  await knex.raw(
    'create index outbox_leased_until_index on outbox (leased_until) where failed_at is null',
  )
}
