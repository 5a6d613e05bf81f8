// Sends generated requests: the service never rejects a valid one as invalid, always rejects one that is
// broken in one place, and every response is documented. The test prints its seed; a failure shrinks to a
// line for curl. `npm run contract:fuzz` is the long form.
// Takes over 5 s, because it sends hundreds of requests to each operation. It is in `npm test`, because it
// finds mistakes that no other test looks for.
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../generated/operations.ts'
import { readContract } from '../../scripts/contract/bundle.ts'
import { eachOperation } from '../../scripts/contract/document.ts'
import type { OperationId } from '../../src/contract.ts'
import { person, superuser } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { Requests } from './fuzz/requests.ts'
import { Generators } from './fuzz/values.ts'
import type { Sent } from './suite/requests.ts'
import { type Answer, pathOf, send, violationsOf } from './suite/run.ts'
import type { Person } from './suite/world.ts'

const service = useService()
// What the service goes by is stricter than what it serves.
const contract = await readContract()
const requests = new Requests(contract, new Generators(contract))
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const numRuns = Number(process.env.FUZZ_RUNS ?? 25)
const timeLimit = numRuns * 2000

/** The statuses of an invalid request. */
const rejected = [400, 405, 406, 413, 415, 422]

beforeAll(() => console.log(`the seed of this run: FUZZ_SEED=${seed}`))

/** The error of a body that names a user by a random id, which only the database can tell. */
const noSuchUser = '"is the id of no user"'

/** Operations that change their caller. */
const changing = [
  ...['updateUser', 'deleteUser', 'updateCurrentUser', 'deleteCurrentUser'],
  ...['logout', 'changePassword'],
]

describe.each([...eachOperation(contract)].map((it) => [it.operation.operationId, it] as const))(
  '%s',
  (name, found) => {
    const id = name as OperationId
    let regular: Person
    // A generated key that repeats gets the error of the earlier request, not its own.
    const isRemembered = found.parameters.some((it) => it.name === 'Idempotency-Key')

    /** Returns the caller: a new one for each request of an operation that changes its caller. */
    async function caller(): Promise<Person> {
      if (changing.includes(name) || isRemembered) return person(service)
      const scoped = found.operation.security?.some((it) => Object.values(it).flat().length > 0)
      regular ??= await (scoped ? superuser(service) : person(service))
      return regular
    }

    /** Sends as a caller of the operation, whose own name stands where it was asked for. */
    async function ask(sent: Sent, judge: (answer: Answer) => void) {
      const as = await caller()
      const params = Object.fromEntries(
        Object.entries(sent.params ?? {}).map(([key, it]) => [key, it === own ? as.username : it]),
      )
      const complete = { ...sent, params, as: found.operation.security?.length ? as : undefined }
      const answer = await send(service.url, id, complete)
      try {
        expect(answer.status, answer.text).toBeLessThan(500)
        expect(violationsOf(id, operations[id].method, answer)).toEqual([])
        judge(answer)
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : error}\n${curl(id, complete)}`)
      }
    }

    it(
      'accepts every valid request',
      async () => {
        const property = fc.asyncProperty(requests.valid(found, { username: own }), (sent) =>
          ask(sent, ({ status, text }) => {
            if (!text.includes(noSuchUser)) expect(rejected, text).not.toContain(status)
          }),
        )
        await fc.assert(property, { seed, numRuns })
      },
      timeLimit,
    )

    it(
      'rejects every invalid request',
      async () => {
        const property = fc.asyncProperty(requests.broken(found, { username: own }), (attempt) =>
          ask(attempt.sent, ({ status, text }) => {
            const allowed = attempt.isOwner ? [400, 422, 403, 404] : [400, 422]
            expect(allowed, `${attempt.broken} is broken: ${text}`).toContain(status)
          }),
        )
        await fc.assert(property, { seed, numRuns })
      },
      timeLimit,
    )
  },
)

const own = 'the-name-of-the-caller'

function curl(id: OperationId, sent: Sent): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const headers = { ...sent.headers, ...(sent.as && { authorization: `Bearer ${sent.as.token}` }) }
  return [
    `curl -X ${operations[id].method.toUpperCase()} ${quoted(service.url + pathOf(id, sent))}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(sent.body === undefined ? [] : [`--data-raw ${quoted(sent.body)}`]),
  ].join(' ')
}
