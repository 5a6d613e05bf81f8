// The recurring job of this room: users that are deleted are kept for a while, then removed for good.
import type { Clock } from '../../clock.ts'
import type { ReadId } from '../../contract/cache.ts'
import type { Changing, Job, Nothing } from '../../platform/jobs.ts'
import { purgeJob } from '../../platform/purge.ts'
import type { UserRepository } from './repository.ts'

declare module '../../platform/jobs.ts' {
  interface JobPayloads {
    purgeUsers: Nothing
  }
}

/** A deleted user is shown to superusers alone. */
const invalidates: readonly ReadId[] = ['listAllUsers']

interface Dependencies {
  readonly users: Pick<UserRepository, 'purge'>
  readonly clock: Clock
  /** For how long a deleted user is kept. */
  readonly days: number
  readonly changing: Changing
}

export function userJobs({ users, clock, days, changing }: Dependencies): {
  purgeUsers: Job<Nothing>
} {
  return { purgeUsers: purgeJob(clock, days, users.purge, { invalidates, changing }) }
}
