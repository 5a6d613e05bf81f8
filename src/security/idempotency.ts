// Requests that are carried out once: what a caller was answered under a key, in the transaction of what
// the request has changed. A crash before the commit leaves neither, one after it leaves both; there is
// no lease, and nothing to clear up.

import type { Database, Transaction } from '../db/connection.ts'
import { refusing } from '../db/errors.ts'
import { apiError, conflict } from '../engine/errors.ts'
import type { SerializedResponse } from '../engine/response.ts'
import type { KeyedRequest } from '../engine/steps/idempotency.ts'
import { type Job, type JobPayloads, type Nothing, purgeJob } from '../jobs/jobs.ts'
import type { Clock } from '../lib/clock.ts'

declare module '../jobs/jobs.ts' {
  interface JobPayloads {
    /** Removes answers that are not repeated any more. */
    purgeIdempotencyKeys: Nothing
  }
}

/** For how many days an answer is repeated. */
const keptDays = 1
const dayMs = 86_400_000

const withoutCaller = {
  idempotency_keys_user_id_foreign: () => apiError('unauthenticated', 'This account is gone.'),
}

export function idempotency(db: Database, clock: Clock) {
  const keys = 'idempotency_keys'

  async function find(trx: Transaction, { userId, key }: KeyedRequest) {
    const since = new Date(clock().getTime() - keptDays * dayMs)
    const mine = trx(keys).where({ user_id: userId, key }).where('created_at', '>', since)
    return mine.first('fingerprint', 'status', 'headers', 'body')
  }

  async function keep(
    trx: Transaction,
    keyed: KeyedRequest,
    { status, headers, body }: SerializedResponse,
  ) {
    const { userId, key, fingerprint } = keyed
    const answer = { status, headers: JSON.stringify(headers), body: body && String(body) }
    const row = { user_id: userId, key, fingerprint, ...answer, created_at: clock() }
    const inserting = () => trx(keys).insert(row).onConflict(['user_id', 'key']).merge()
    await refusing(withoutCaller, inserting)
  }

  return {
    /**
     * What was answered under this key, or else what `work` answers, which is kept with all that it
     * writes in the transaction. What it throws keeps nothing: the key is free again.
     * @throws ApiError conflict (idempotency_key_in_use) while another request has the key, and
     *   validation_failed (idempotency_key_reused) where it was another request's.
     */
    once(
      keyed: KeyedRequest,
      work: (trx: Transaction) => Promise<SerializedResponse>,
    ): Promise<SerializedResponse> {
      return db.transaction(async (trx) => {
        if (!(await lock(trx, keyed))) throw inUse()
        const kept = await find(trx, keyed)
        if (kept !== undefined) {
          if (kept.fingerprint !== keyed.fingerprint) throw reused()
          return { status: kept.status, headers: kept.headers, body: kept.body }
        }
        const response = await work(trx)
        await keep(trx, keyed, response)
        return response
      })
    },

    jobs(): { readonly purgeIdempotencyKeys: Job<JobPayloads['purgeIdempotencyKeys']> } {
      const purge = async (before: Date, limit: number) => {
        const old = db(keys).select('user_id', 'key').where('created_at', '<', before).limit(limit)
        return db(keys).whereIn(['user_id', 'key'], old).delete()
      }
      return { purgeIdempotencyKeys: purgeJob(clock, keptDays, purge) }
    },
  }
}

/** Until the transaction ends. Nobody waits for it: a row that is not committed would be waited for. */
async function lock(trx: Transaction, { userId, key }: KeyedRequest): Promise<boolean> {
  const sql = 'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as held'
  const { rows } = await trx.raw(sql, [`${userId} ${key}`])
  return rows[0].held
}

const inUse = () =>
  conflict('idempotency_key_in_use', 'A request with this Idempotency-Key is under way.')

function reused() {
  const detail = 'This Idempotency-Key was sent with another request.'
  const errors = [{ pointer: '/header/idempotency-key', detail: 'must be new for a new request' }]
  return apiError('validation_failed', detail, { code: 'idempotency_key_reused', errors })
}
