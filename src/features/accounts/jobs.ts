// The recurring job of this room: users that are deleted are kept for a while, then removed for good.
// The recurring job of this room: sessions that nobody can refresh any more are removed, and with them
// what remembers their refresh tokens.
import type { ReadId } from '../../contract.ts'
import { type Changing, type Job, type Nothing, purgeJob } from '../../jobs/jobs.ts'
import type { Clock } from '../../lib/clock.ts'
import type { UserRepository } from './repository.ts'
import type { SessionRepository } from './sessions.ts'

declare module '../../jobs/jobs.ts' {
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

declare module '../../jobs/jobs.ts' {
  interface JobPayloads {
    purgeSessions: Nothing
  }
}

/** For how many days an expired session is kept, for whoever looks into what happened. */
const days = 1

interface SessionDependencies {
  readonly sessions: Pick<SessionRepository, 'purge'>
  readonly clock: Clock
}

export function authJobs({ sessions, clock }: SessionDependencies): {
  purgeSessions: Job<Nothing>
} {
  return { purgeSessions: purgeJob(clock, days, sessions.purge) }
}
