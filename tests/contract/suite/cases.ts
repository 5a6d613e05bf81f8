// Every documented operation × status as a request. What any operation may refuse is made from its
// successful request, by breaking it in the one way that the status is there for.
import { operations } from '../../../generated/operations.ts'
import type { OperationId } from '../../../src/contract/handler.ts'
import type { Operation } from '../../../src/contract/operation.ts'
import { refusals, type Sent, successes } from './requests.ts'
import type { World } from './world.ts'

export interface Case {
  readonly operation: OperationId
  readonly status: number
  /** What the answer depends on, beside the request. */
  readonly needs: 'nothing' | 'state' | 'outage' | 'limit'
  readonly request: (world: World) => Promise<Sent>
}

type Break = (sent: Sent, world: World, operation: Operation) => Sent | Promise<Sent>

const withHeaders =
  (headers: Record<string, string>): Break =>
  (sent) => ({
    ...sent,
    headers: { ...sent.headers, ...headers },
  })

/** By status, how a request is broken that would succeed. */
const breaks: Readonly<Record<number, Break>> = {
  304: withHeaders({ 'if-none-match': '*' }),
  400: (sent) => ({ ...sent, query: 'x=%zz' }),
  401: ({ as: _left, ...sent }) => sent,
  403: async (sent, world) => ({ ...sent, as: await world.person() }),
  406: withHeaders({ accept: 'text/html' }),
  412: withHeaders({ 'if-match': '"another-state"' }),
  413: (sent) => ({ ...sent, body: ' '.repeat(1_100_000) }),
  415: withHeaders({ 'content-type': 'text/plain' }),
  422: (sent) => ({ ...sent, query: 'nothing=here' }),
  429: (sent) => sent,
  503: (sent) => sent,
}

/** What a mock, which knows no state, cannot find out from the request. */
const needOf: Readonly<Record<number, Case['needs']>> = {
  ...{ 403: 'state', 404: 'state', 409: 'state' },
  429: 'limit',
  503: 'outage',
}

/**
 * All of them, in the contract's order.
 * @throws Error for a status that nothing here provokes.
 */
export function allCases(): Case[] {
  return Object.values<Operation>(operations).flatMap((operation) =>
    Object.keys(operation.responses).map((status) => caseOf(operation, Number(status))),
  )
}

function caseOf(operation: Operation, status: number): Case {
  const id = operation.operationId as OperationId
  const own = refusals[id]?.[status]
  if (own) return { operation: id, status, needs: 'state', request: own }
  const request = successes[id]
  if (status < 300) return { operation: id, status, needs: 'nothing', request }
  const breakIt = breaks[status]
  if (breakIt === undefined) throw new Error(`no request makes ${id} answer ${status}`)
  return {
    operation: id,
    status,
    needs: needOf[status] ?? 'nothing',
    request: async (world) => breakIt(await request(world), world, operation),
  }
}
