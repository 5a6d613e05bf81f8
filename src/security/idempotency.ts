// Stored responses by Idempotency-Key. A response is stored in the transaction of the changes that it
// reports, so a crash leaves both or neither, and no lease has to be cleaned up.
import type { Database, Transaction } from '../db/connection.ts'
import { translateConstraints } from '../db/errors.ts'
import { apiError, conflict } from '../engine/errors.ts'
import type { SerializedResponse } from '../engine/response.ts'
import type { KeyedRequest } from '../engine/steps/idempotency.ts'
import { type Job, type Nothing, purgeJob } from '../jobs/jobs.ts'
import type { Clock } from '../lib/clock.ts'

declare module '../jobs/jobs.ts' {
  interface JobPayloads {
    /** Removes responses that are no longer repeated. */
    purgeIdempotencyKeys: Nothing
  }
}

const table = 'idempotency_keys'
/** How many days a response is repeated. */
const days = 1
const dayMs = 86_400_000

const constraintErrors = {
  idempotency_keys_user_id_foreign: () =>
    apiError('unauthenticated', 'This account has been deleted.'),
}

export function idempotency(db: Database, clock: Clock) {
  async function find(trx: Transaction, { userId, key }: KeyedRequest) {
    const since = new Date(clock().getTime() - days * dayMs)
    return trx(table)
      .where({ user_id: userId, key })
      .where('created_at', '>', since)
      .first('fingerprint', 'status', 'headers', 'body')
  }

  async function store(trx: Transaction, request: KeyedRequest, response: SerializedResponse) {
    const { userId, key, fingerprint } = request
    const row = {
      ...{ user_id: userId, key, fingerprint, status: response.status, created_at: clock() },
      headers: JSON.stringify(response.headers),
      body: response.body && String(response.body),
    }
    await translateConstraints(constraintErrors, () =>
      trx(table).insert(row).onConflict(['user_id', 'key']).merge(),
    )
  }

  return {
    /**
     * Returns the stored response to a request. Otherwise runs `work` in a transaction and stores its
     * response; if `work` throws, nothing is stored and the key is free again.
     * @throws ApiError conflict (idempotency_key_in_use) while another request uses the key, and
     *   validation_failed (idempotency_key_reused) if the key belongs to a different request.
     */
    once(
      request: KeyedRequest,
      work: (trx: Transaction) => Promise<SerializedResponse>,
    ): Promise<SerializedResponse> {
      return db.transaction(async (trx) => {
        if (!(await lock(trx, request))) throw keyInUse()
        const stored = await find(trx, request)
        if (stored !== undefined) {
          if (stored.fingerprint !== request.fingerprint) throw keyReused()
          return { status: stored.status, headers: stored.headers, body: stored.body }
        }
        const response = await work(trx)
        await store(trx, request, response)
        return response
      })
    },

    jobs(): { readonly purgeIdempotencyKeys: Job<Nothing> } {
      const purge = async (before: Date, limit: number) => {
        const old = db(table).select('user_id', 'key').where('created_at', '<', before).limit(limit)
        return db(table).whereIn(['user_id', 'key'], old).delete()
      }
      return { purgeIdempotencyKeys: purgeJob(clock, days, purge) }
    },
  }
}

/** Locks a key until the transaction ends. Fails instead of waiting, as an insert would wait. */
async function lock(trx: Transaction, { userId, key }: KeyedRequest): Promise<boolean> {
  const sql = 'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as held'
  const { rows } = await trx.raw(sql, [`${userId} ${key}`])
  return rows[0].held
}

const keyInUse = () =>
  conflict('idempotency_key_in_use', 'A request with this Idempotency-Key is in progress.')

function keyReused() {
  const detail = 'This Idempotency-Key was sent with another request.'
  const errors = [{ pointer: '/header/idempotency-key', detail: 'must be new for a new request' }]
  return apiError('validation_failed', detail, { code: 'idempotency_key_reused', errors })
}
