// The recurring job of this room: sessions that nobody can refresh any more are removed, and with them
// what remembers their refresh tokens.
import type { Clock } from '../../clock.ts'
import type { Job, Nothing } from '../../platform/jobs.ts'
import { purgeJob } from '../../platform/purge.ts'
import type { SessionRepository } from './repository.ts'

declare module '../../platform/jobs.ts' {
  interface JobPayloads {
    purgeSessions: Nothing
  }
}

/** For how many days an expired session is kept, for whoever looks into what happened. */
const days = 1

interface Dependencies {
  readonly sessions: Pick<SessionRepository, 'purge'>
  readonly clock: Clock
}

export function authJobs({ sessions, clock }: Dependencies): { purgeSessions: Job<Nothing> } {
  return { purgeSessions: purgeJob(clock, days, sessions.purge) }
}
