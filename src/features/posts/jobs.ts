// The recurring job of this room: posts that are deleted are kept for a while, then removed for good.

import { type Job, type Nothing, purgeJob } from '../../jobs/jobs.ts'
import type { Clock } from '../../lib/clock.ts'
import type { PostRepository } from './repository.ts'

declare module '../../jobs/jobs.ts' {
  interface JobPayloads {
    purgePosts: Nothing
  }
}

interface Dependencies {
  readonly posts: Pick<PostRepository, 'purge'>
  readonly clock: Clock
  /** For how long a deleted post is kept. */
  readonly days: number
}

export function postJobs({ posts, clock, days }: Dependencies): { purgePosts: Job<Nothing> } {
  return { purgePosts: purgeJob(clock, days, posts.purge) }
}
