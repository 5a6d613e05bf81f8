import type { Knex } from 'knex'

const statuses = ['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled']
const filters = [['status'], ['type'], ['type', 'status']]

// A task shows its owner the state of a job; the job itself is a row of the outbox.
export async function up(knex: Knex) {
  await knex.schema.createTable('tasks', (table) => {
    table.uuid('id').primary()
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')
    table.string('type', 50).notNullable()
    table.jsonb('input').notNullable()
    table.enu('status', statuses).notNullable()
    table.smallint('progress').notNullable()
    table.jsonb('result')
    table.jsonb('problem')
    table.timestamp('created_at').notNullable()
    table.timestamp('updated_at').notNullable()
    table.timestamp('started_at')
    table.timestamp('finished_at')
    table.smallint('attempts').notNullable().defaultTo(0)
    table.integer('version').notNullable().defaultTo(1)
    table.index(['user_id', 'id'], 'tasks_user_id_id_index')
    table.index(['finished_at'], 'tasks_finished_at_index')
    // Without these, a filtered list reads all tasks of a user before it can tell that none matches.
    for (const filter of filters) {
      table.index(['user_id', ...filter, 'id'], `tasks_user_id_${filter.join('_')}_id_index`)
    }
  })
  await knex.raw(countAndNotify)
}

// Counts the versions of a task, and tells those who follow it that it has changed. A finished task is
// removed without a word, since its stream has ended.
const countAndNotify = `
  create function task_changed() returns trigger language plpgsql as $$
  begin
    perform pg_notify('task_changes', old.id::text);
    if tg_op = 'DELETE' then return old; end if;
    new.version := old.version + 1;
    return new;
  end $$;
  create trigger task_updated before update on tasks
    for each row execute function task_changed();
  create trigger task_deleted before delete on tasks
    for each row when (old.finished_at is null) execute function task_changed();
`

export async function down(knex: Knex) {
  await knex.schema.dropTable('tasks')
  await knex.raw('drop function task_changed()')
}
