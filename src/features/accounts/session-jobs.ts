// The recurring job of this room: sessions that nobody can refresh any more are removed, and with them
// what remembers their refresh tokens.

import type { Job, Nothing } from '../../jobs/jobs.ts'
import { purgeJob } from '../../jobs/retention.ts'
import type { Clock } from '../../lib/clock.ts'
import type { SessionRepository } from './session-repository.ts'

declare module '../../jobs/jobs.ts' {
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
