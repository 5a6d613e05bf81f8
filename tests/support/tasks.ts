// Tasks in the tests of machinery: kinds that a test writes, and what has to be there for their jobs.
import { validators } from '../../generated/validators.js'
import type { Database } from '../../src/db/connection.ts'
import { type TaskKinds, taskJobs } from '../../src/features/tasks/jobs.ts'
import { taskKinds } from '../../src/features/tasks/kinds.ts'
import { featureJobs } from '../../src/worker-app.ts'

/** Returns the jobs of a worker that has other kinds of task. */
export const withKinds =
  (kinds: Partial<TaskKinds>): typeof featureJobs =>
  (deps) => ({
    ...featureJobs(deps),
    ...taskJobs({
      ...deps,
      kinds: { ...taskKinds, ...kinds },
      isTask: validators.getTask.responses[200],
      days: deps.config.retention.jobDays,
    }),
  })

/** What there has to be for the jobs of tasks to do something. A task that was accepted has its job. */
export const preparedTasks = (db: () => Database) => ({
  'task.greet': async () => {},
  purgeTasks: () => db()('tasks').update({ status: 'failed', finished_at: '2020-01-01' }),
})

/** The jobs of tasks whose end some read shows. */
export const shownTaskJobs = ['task.greet', 'purgeTasks']
