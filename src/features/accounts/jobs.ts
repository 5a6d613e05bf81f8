// Recurring jobs: hard delete users some time after their deletion, and sessions after their expiry.
import type { ReadId } from '../../contract.ts'
import { type Changing, type Job, type Nothing, purgeJob } from '../../jobs/jobs.ts'
import type { Clock } from '../../lib/clock.ts'
import type { UserRepository } from './repository.ts'
import type { SessionRepository } from './session-repository.ts'

declare module '../../jobs/jobs.ts' {
  interface JobPayloads {
    purgeUsers: Nothing
    purgeSessions: Nothing
  }
}

interface Deps {
  readonly users: Pick<UserRepository, 'purge'>
  readonly sessions: Pick<SessionRepository, 'purge'>
  readonly clock: Clock
  /** How many days a deleted user is kept. */
  readonly days: number
  readonly changing: Changing
}

interface AccountJobs {
  readonly purgeUsers: Job<Nothing>
  readonly purgeSessions: Job<Nothing>
}

/** Only superusers see deleted users. */
const invalidates: readonly ReadId[] = ['listAllUsers']

/** How many days an expired session is kept, for investigations. */
const sessionDays = 1

export function accountJobs({ users, sessions, clock, days, changing }: Deps): AccountJobs {
  return {
    purgeUsers: purgeJob(clock, days, users.purge, { invalidates, changing }),
    purgeSessions: purgeJob(clock, sessionDays, sessions.purge),
  }
}
