// What must not compile of jobs. Each line under an @ts-expect-error is wrong in one way; the compiler
// fails where one of them passes. Nothing here runs: `npm test` type-checks it.

import type { Transaction } from '../../src/db/connection.ts'
import type { TaskKind, TaskKinds } from '../../src/features/tasks/jobs.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import { enqueue } from '../../src/jobs/outbox.ts'

const trx = {} as Transaction
const jobs = {} as Jobs

// Right: the control of this experiment.
export const greet: TaskKind<'greet'> = { run: async ({ name }) => ({ message: name }) }
export const late: TaskKind<'greet'> = { run: async () => async () => ({ message: '' }) }
export const right = [enqueue(trx, 'purgeTasks', {}), enqueue(trx, 'task.greet', { taskId: '' })]

// @ts-expect-error a kind of task that nobody does
export const kinds: TaskKinds = {}

const { purgeTasks: _left, ...allButOne } = jobs
// @ts-expect-error a job that nobody does
export const missing: Jobs = allButOne

export const wrong = [
  // @ts-expect-error a job that nobody has declared
  enqueue(trx, 'purgeEverything', {}),
  // @ts-expect-error a payload of another job
  enqueue(trx, 'task.greet', {}),
  // @ts-expect-error a payload where there is none
  enqueue(trx, 'purgeTasks', { taskId: '' }),
]

// @ts-expect-error a result that the contract does not have
export const otherResult: TaskKind<'greet'> = { run: async () => ({ words: 1 }) }

export const recurring: Jobs['task.greet'] = {
  invalidates: [],
  // @ts-expect-error a job with a payload cannot recur
  schedule: '* * * * *',
  run: async () => undefined,
}
