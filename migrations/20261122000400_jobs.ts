import type { Knex } from 'knex'

// A row of the outbox knows how often it was begun, which run holds it, whether it was called off and
// that it was given up; a task shows its owner the same. Each kind of task is a kind of job, so that
// limits and figures are its own. A job of a task has the task's id.
export async function up(knex: Knex) {
  await knex.schema.alterTable('outbox', (table) => {
    table.smallint('attempts').notNullable().defaultTo(0)
    table.uuid('run_id')
    table.timestamp('cancelled_at')
    table.timestamp('failed_at')
    table.string('error', 500)
    table.dropIndex(['leased_until'], 'outbox_leased_until_index')
  })
  await knex.raw(
    'create index outbox_leased_until_index on outbox (leased_until) where failed_at is null',
  )
  await knex.schema.alterTable('tasks', (table) => {
    table.smallint('attempts').notNullable().defaultTo(0)
    table.index(['finished_at'], 'tasks_finished_at_index')
  })
  await knex.raw('alter table tasks drop constraint tasks_status_check')
  await knex.raw(
    `alter table tasks add constraint tasks_status_check check
     (status in ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'))`,
  )
  await knex.raw(
    `update outbox set id = tasks.id, job = 'task.' || tasks.type
     from tasks where outbox.job = 'runTask' and tasks.id = (payload->>'taskId')::uuid`,
  )
}

export async function down(knex: Knex) {
  await knex('outbox').whereNotNull('failed_at').delete()
  await knex('outbox').where('job', 'like', 'task.%').update({ job: 'runTask' })
  await knex('tasks').whereIn('status', ['cancelling', 'cancelled']).update({ status: 'failed' })
  await knex.raw('alter table tasks drop constraint tasks_status_check')
  await knex.raw(
    `alter table tasks add constraint tasks_status_check check
     (status in ('queued', 'running', 'succeeded', 'failed'))`,
  )
  await knex.schema.alterTable('tasks', (table) => {
    table.dropIndex(['finished_at'], 'tasks_finished_at_index')
    table.dropColumn('attempts')
  })
  await knex.schema.alterTable('outbox', (table) => {
    table.dropIndex(['leased_until'], 'outbox_leased_until_index')
    table.dropColumns('attempts', 'run_id', 'cancelled_at', 'failed_at', 'error')
    table.index(['leased_until'], 'outbox_leased_until_index')
  })
}
