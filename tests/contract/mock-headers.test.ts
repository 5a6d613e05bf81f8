// The mock sends the headers that the service sends: one that differs hides a frontend's mistake until
// it meets the service.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { operations } from '../../generated/operations.ts'
import { freePort } from '../../scripts/dev/ports.ts'
import { startMock } from '../../scripts/mock/mock.ts'
import { worldOf } from '../support/past-the-api.ts'
import { useService } from '../support/service.ts'
import { allCases, type Case } from './suite/cases.ts'
import { send } from './suite/run.ts'
import { mockWorld } from './suite/world.ts'

const service = useService()
let mock: { origin: string; close(): Promise<void> }

beforeAll(async () => {
  const port = await freePort()
  mock = { ...(await startMock({ port })), origin: `http://127.0.0.1:${port}` }
})
afterAll(() => mock.close())

/** By header, what has to be equal in place of the whole value. */
const comparable: Readonly<Record<string, (value: string) => string>> = {
  // Of the body, of what was made, or of the moment.
  ...Object.fromEntries(
    ['content-length', 'date', 'etag', 'location', 'x-request-id'].map((it) => [it, () => '…']),
  ),
  // The mock keeps nothing on the server either.
  'cache-status': () => 'api',
  // The name of the quota; how much of it is left differs.
  ratelimit: (value) => value.replace(/\d+/g, '…'),
  'ratelimit-policy': (value) => value.replace(/q=\d+/, 'q=…'),
  'set-cookie': (value) => value.replace(/^(\w+=)[^;]+/, '$1…'),
}

/** Whether a list has a further page depends on what is in it. */
const byState = ['link']

function comparison(headers: Headers) {
  return Object.fromEntries(
    [...headers]
      .filter(([name]) => !byState.includes(name))
      .map(([name, value]) => [name, comparable[name]?.(value) ?? value]),
  )
}

/** Without state, the mock answers the first of an operation's successes. */
function isMocked({ operation, status }: Case): boolean {
  const first = Object.keys(operations[operation].responses).find((it) => it.startsWith('2'))
  return status >= 300 || Number(first) === status
}

/** Successes; the problems of one operation, since the engine writes them for all alike. */
const cases = allCases().filter(
  (it) =>
    (it.status < 400 && isMocked(it)) || (it.operation === 'updateUser' && it.needs === 'nothing'),
)
it.each(cases.map((it) => [it.operation, it.status, it] as const))(
  'the mock answers %s %i with the headers of the service',
  async (id, status, { request }) => {
    const world = worldOf(service)
    const real = await send(service.url, id, await request(world))
    const mocked = await send(mock.origin, id, await request(mockWorld))
    expect([real.status, mocked.status]).toEqual([status, status])
    expect(comparison(mocked.headers)).toEqual(comparison(real.headers))
  },
)
