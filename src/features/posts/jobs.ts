// A recurring job that hard deletes posts some time after their deletion.
import { type Job, type Nothing, purgeJob } from '../../jobs/jobs.ts'
import type { Clock } from '../../lib/clock.ts'
import type { PostRepository } from './repository.ts'

declare module '../../jobs/jobs.ts' {
  interface JobPayloads {
    purgePosts: Nothing
  }
}

interface Deps {
  readonly posts: Pick<PostRepository, 'purge'>
  readonly clock: Clock
  /** How many days a deleted post is kept. */
  readonly days: number
}

export function postJobs({ posts, clock, days }: Deps): { purgePosts: Job<Nothing> } {
  return { purgePosts: purgeJob(clock, days, posts.purge) }
}
