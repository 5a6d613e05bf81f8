import type { Knex } from 'knex'

const filters = [['status'], ['type'], ['type', 'status']]
const nameOf = (filter: string[]) => `tasks_user_id_${filter.join('_')}_id_index`

// A list of tasks in one state, or of one kind, walks just those: it would go through all tasks of a
// user before it could say that none is among them.
export async function up(knex: Knex) {
  await knex.schema.alterTable('tasks', (table) => {
    for (const filter of filters) table.index(['user_id', ...filter, 'id'], nameOf(filter))
  })
}

export async function down(knex: Knex) {
  await knex.schema.alterTable('tasks', (table) => {
    for (const filter of filters) table.dropIndex([], nameOf(filter))
  })
}
