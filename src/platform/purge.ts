// Recurring jobs that remove what is older than it is kept for. What that is, the rooms say.
import type { Clock } from '../clock.ts'
import type { Job, Nothing } from './jobs.ts'

/** Removes up to so many rows from before a time. @returns how many it has removed. */
export type Purge = (before: Date, limit: number) => Promise<number>

const dayMs = 86_400_000
const batch = 1000

/** A job that purges each night, in batches, so that no transaction is long. */
export function purgeJob(clock: Clock, days: number, purge: Purge): Job<Nothing> {
  return {
    schedule: '17 3 * * *',
    timeoutSeconds: 3600,
    async run(_payload, { signal, log }) {
      const before = new Date(clock().getTime() - days * dayMs)
      let removed = 0
      let last = batch
      while (last === batch) {
        signal.throwIfAborted()
        last = await purge(before, batch)
        removed += last
      }
      log.info({ removed, before }, 'purged')
      return undefined
    },
  }
}
