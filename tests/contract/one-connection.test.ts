// No request needs two connections to PostgreSQL at once. With a pool of one, a query beside an open
// transaction would wait for the connection that its own request holds, and end as a 503.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { operations } from '../../generated/operations.ts'
import type { OperationId } from '../../src/contract.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { superuser } from '../support/builders.ts'
import { worldOf } from '../support/past-the-api.ts'
import { useService } from '../support/service.ts'
import { type Sent, successes } from './suite/requests.ts'
import { send } from './suite/run.ts'

const service = useService({ env: { DATABASE_POOL_MAX: '1' } })

/** Sends the request of an operation that succeeds, changed. */
async function ask(id: OperationId, change: (sent: Sent) => Sent | Promise<Sent>) {
  const made = await successes[id](worldOf(service))
  const answer = await send(service.url, id, await change(made))
  expect(answer.status, answer.text).toBeLessThan(300)
}
const withHeader = (name: string, value: string) => (sent: Sent) => ({
  ...sent,
  headers: { ...sent.headers, [name]: value },
})
const bySuperuser = async (sent: Sent) => ({ ...sent, as: await superuser(service) })
const all = Object.values<Operation>(operations)
const idsOf = (some: readonly Operation[]) => some.map((it) => it.operationId as OperationId)
const has = (header: string) => (it: Operation) => header in it.parameters.header
const byOwner = all.filter(({ owner, parameters }) => owner && owner in parameters.path)

describe('one connection is enough for', () => {
  it.each(idsOf(all))('%s', (id) => ask(id, (sent) => sent))

  it.each(idsOf(byOwner))('%s by a superuser', (id) => ask(id, bySuperuser))

  it.each(idsOf(all.filter(has('If-Match'))))('%s with If-Match', (id) =>
    ask(id, withHeader('if-match', '*')),
  )

  it.each(idsOf(all.filter((it) => it.idempotent)))('%s with an Idempotency-Key', async (id) => {
    const key = () => withHeader('idempotency-key', randomUUID())
    await ask(id, key())
    if (operations[id].path.includes('{')) await ask(id, async (it) => key()(await bySuperuser(it)))
  })
})
