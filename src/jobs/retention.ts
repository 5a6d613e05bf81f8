// Recurring jobs that remove what is older than it is kept for. What that is, the rooms say.

import { isTooSlow } from '../db/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Changing, Job, Nothing } from './jobs.ts'

/** Removes up to so many rows from before a time. @returns how many it has removed. */
export type Purge = (before: Date, limit: number) => Promise<number>

const dayMs = 86_400_000
const largestBatch = 1000
const smaller = 10

/** What shows the rows of a purge, and what drops it from the cache. */
interface Shown {
  readonly invalidates: readonly string[]
  readonly changing: Changing
}

/**
 * Makes a job that purges each night, in batches, so that no transaction is long. A batch that takes longer
 * than a statement may is tried again as a smaller one.
 * @param shown left out where no read shows the rows.
 */
export function purgeJob(clock: Clock, days: number, purge: Purge, shown?: Shown): Job<Nothing> {
  return {
    // Each batch drops for itself: the end of the job removes nothing.
    invalidates: [],
    schedule: '17 3 * * *',
    timeoutSeconds: 3600,
    async run(_payload, { signal, log }) {
      const before = new Date(clock().getTime() - days * dayMs)
      let removed = 0
      let batch = largestBatch
      for (let isMore = true; isMore; ) {
        signal.throwIfAborted()
        const removeBatch = () => purge(before, batch)
        try {
          const count = shown
            ? await shown.changing(shown.invalidates, {}, removeBatch)
            : await removeBatch()
          removed += count
          isMore = count === batch
        } catch (error) {
          if (batch === 1 || !isTooSlow(error)) throw error
          batch /= smaller
          log.info({ batch }, 'purges fewer rows at a time')
        }
      }
      log.info({ removed, before }, 'purged')
      return undefined
    },
  }
}
