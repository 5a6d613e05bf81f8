// Tasks: their kinds, and one that is submitted and runs.
import { validators } from '../../generated/validators.js'
import { greet } from '../../src/features/tasks/greet.ts'
import { type TaskKinds, taskJobs } from '../../src/features/tasks/jobs.ts'
import { featureJobs } from '../../src/worker-app.ts'
import { person, type Target } from './builders.ts'
import { until } from './until.ts'

/** Returns the jobs of a worker that has other kinds of task. */
export const withKinds =
  (kinds: Partial<TaskKinds>): typeof featureJobs =>
  (deps) => ({
    ...featureJobs(deps),
    ...taskJobs({
      ...deps,
      kinds: { greet, ...kinds },
      isTask: validators.getTask.responses[200],
      days: deps.config.retention.jobDays,
    }),
  })

/** Submits a task as a new user. Returns a function that waits for its success and returns the task. */
export async function submitTask(target: Target) {
  const caller = target.api.as(await person(target))
  const { status, body, text } = await caller.post('/tasks', {
    type: 'greet',
    input: { name: 'Ada' },
  })
  if (status !== 202) throw new Error(`the task was answered ${text}`)
  return () =>
    until(`the end of task ${body.id}`, async () => {
      const task = await caller.get(`/tasks/${body.id}`)
      return task.body.status === 'succeeded' ? task.body : undefined
    })
}
