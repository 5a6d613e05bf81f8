// Tasks that must not compile. Each line under an @ts-expect-error is wrong in one way, and the compiler fails
// if one of them passes. None of this runs: `npm test` type-checks it.
import type { Transaction } from '../../src/db/connection.ts'
import type { TaskKind, TaskKinds } from '../../src/features/tasks/jobs.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import { enqueue } from '../../src/jobs/outbox.ts'

const trx = {} as Transaction

// These compile.
export const greet: TaskKind<'greet'> = { run: async ({ name }) => ({ message: name }) }
export const late: TaskKind<'greet'> = { run: async () => async () => ({ message: '' }) }
export const right = enqueue(trx, 'task.greet', { taskId: '' })

// @ts-expect-error a kind of task without a handler
export const kinds: TaskKinds = {}

// @ts-expect-error a payload of another job
export const otherPayload = enqueue(trx, 'task.greet', {})

// @ts-expect-error a result that the contract does not declare
export const otherResult: TaskKind<'greet'> = { run: async () => ({ words: 1 }) }

export const recurring: Jobs['task.greet'] = {
  invalidates: [],
  // @ts-expect-error a job with a payload cannot recur
  schedule: '* * * * *',
  run: async () => undefined,
}
