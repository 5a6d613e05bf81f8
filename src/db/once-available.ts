// Work that waits for a database that is not available.
import { setTimeout as wait } from 'node:timers/promises'
import { unavailability } from './errors.ts'

const retryMs = 500

/**
 * Does work, again and again while the database is unavailable, for so many milliseconds or until
 * `isStopping`. Of work that failed it is not known whether PostgreSQL has done it.
 * @throws the error of the last time.
 */
export async function onceAvailable<T>(
  ms: number,
  isStopping: () => boolean,
  work: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (isStopping() || performance.now() > end || !unavailability(error)) throw error
      await wait(retryMs)
    }
  }
}
