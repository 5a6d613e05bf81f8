// Writes into the database what a test needs and no request can cause.
import type { Database } from '../../src/db/connection.ts'
import { type PastTheApi, realWorld } from '../contract/suite/world.ts'
import { accountsIn, type Target } from './builders.ts'

/** Returns the world of a service whose database the test can write. */
export const worldOf = ({ url, ...target }: Omit<Target, 'api'> & { readonly url: string }) =>
  realWorld(url, accountsIn(target), pastTheApi(target.db))

function pastTheApi(db: Database): PastTheApi {
  return {
    write: (change) => change(db),

    async holdKey({ id }, key) {
      // A session lock lasts until the test closes its pool.
      await db.raw('select pg_advisory_lock(hashtextextended(?, 0))', [`${id} ${key}`])
    },
  }
}
