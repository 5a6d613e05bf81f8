// Jobs that must not compile. Each line under an @ts-expect-error is wrong in one way, and the compiler fails
// if one of them passes. None of this runs: `npm test` type-checks it.

import type { Transaction } from '../../src/db/connection.ts'
import type { Job, Jobs } from '../../src/jobs/jobs.ts'
import { enqueue } from '../../src/jobs/outbox.ts'

const trx = {} as Transaction
const jobs = {} as Jobs

// These compile.
export const right = enqueue(trx, 'purgeUsers', {})
export const nightly: Job<Record<string, never>> = {
  invalidates: [],
  schedule: '17 3 * * *',
  run: async () => undefined,
}

const { purgeUsers: _left, ...allButOne } = jobs
// @ts-expect-error a job without a handler
export const missing: Jobs = allButOne

export const wrong = [
  // @ts-expect-error an undeclared job
  enqueue(trx, 'purgeEverything', {}),
  // @ts-expect-error a payload for a job without one
  enqueue(trx, 'purgeUsers', { userId: '' }),
]

export const recurring: Job<{ readonly userId: string }> = {
  invalidates: [],
  // @ts-expect-error a job with a payload cannot recur
  schedule: '* * * * *',
  run: async () => undefined,
}
