// Requests with an Idempotency-Key while PostgreSQL keeps them waiting: they are bounded like those
// without one. Slow: it waits for the limits.
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { contract } from '../../../generated/operations.ts'
import { person } from '../../support/builders.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const json = { 'content-type': 'application/json' }
const body = JSON.stringify({ title: 'Notes', text: 'On the engine' })

/** Sends posts while their table is locked. Returns the statuses, and the milliseconds of the last. */
async function postWhileLocked(count: number, withKey: boolean) {
  const { username, token } = await person(service)
  const url = `${service.url}${contract.basePath}/users/${username}/posts`
  const post = async () => {
    const key = withKey && { 'idempotency-key': randomUUID() }
    const headers = { ...json, authorization: `Bearer ${token}`, ...key }
    const response = await fetch(url, { method: 'POST', headers, body })
    await response.text()
    return { status: response.status, retryAfter: response.headers.get('retry-after') }
  }
  return service.db.transaction(async (trx) => {
    // Busy machines hold the lock for longer than the service lets a transaction idle.
    await trx.raw('set local idle_in_transaction_session_timeout = 0')
    await trx.raw('lock table posts in access exclusive mode')
    const begun = Date.now()
    const answers = await Promise.all(Array.from({ length: count }, post))
    return { answers, took: Date.now() - begun }
  })
}

it('300 posts with a key are answered 503 while their table is locked, as posts without a key are', async () => {
  const without = await postWhileLocked(300, false)
  const keyed = await postWhileLocked(300, true)
  for (const { answers } of [without, keyed]) {
    for (const it of answers) expect(it).toEqual({ status: 503, retryAfter: expect.any(String) })
  }
  // Both wait for a connection, then for the lock. One after the other would take 90 s.
  expect(keyed.took).toBeLessThan(without.took + 30_000)
  const someone = await person(service)
  const path = `/users/${someone.username}/posts`
  const headers = { ...json, 'idempotency-key': randomUUID() }
  const answer = await service.api.as(someone).request('POST', path, { headers, body })
  expect(answer.status).toBe(201)
}, 120_000)
