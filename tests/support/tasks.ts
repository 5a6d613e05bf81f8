// Kinds of task that a test writes.
import { validators } from '../../generated/validators.js'
import { greet } from '../../src/features/tasks/greet.ts'
import { type TaskKinds, taskJobs } from '../../src/features/tasks/jobs.ts'
import { featureJobs } from '../../src/worker-app.ts'

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
