// The recurring job of this room: users that are deleted are kept for a while, then removed for good.
import type { Clock } from '../../clock.ts'
import type { Job, Nothing } from '../../platform/jobs.ts'
import { purgeJob } from '../../platform/purge.ts'
import type { UserRepository } from './repository.ts'

declare module '../../platform/jobs.ts' {
  interface JobPayloads {
    purgeUsers: Nothing
  }
}

interface Dependencies {
  readonly users: Pick<UserRepository, 'purge'>
  readonly clock: Clock
  /** For how long a deleted user is kept. */
  readonly days: number
}

export function userJobs({ users, clock, days }: Dependencies): { purgeUsers: Job<Nothing> } {
  return { purgeUsers: purgeJob(clock, days, users.purge) }
}
