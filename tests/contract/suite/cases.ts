// Every documented operation × status as a request. What any operation may refuse is made from its
// successful request, by breaking it in the one way that the status is there for.
import { operations } from '../../../generated/operations.ts'
import type { OperationId } from '../../../src/contract.ts'
import type { Operation } from '../../../src/engine/operation.ts'
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

/** The path parameters that name an owner somewhere in the contract. */
const owners = new Set(Object.values<Operation>(operations).map((it) => it.owner))

/** The path parameters of an operation: those that name whose a thing is, and those that say which. */
export function pathParameters({ parameters }: Operation) {
  const names = Object.keys(parameters.path)
  return {
    whose: names.filter((it) => owners.has(it)),
    which: names.filter((it) => !owners.has(it)),
  }
}

/** Somebody else asks for the same thing, under their own name: its id alone opens nothing. */
const bySomebodyElse: Break = async (sent, world, operation) => {
  const { whose, which } = pathParameters(operation)
  if (which.length === 0) {
    throw new Error(`requests.ts lacks the request that makes ${operation.operationId} answer 404`)
  }
  const other = await world.person()
  const own = Object.fromEntries(whose.map((it) => [it, other.username]))
  return { ...sent, as: sent.as && other, params: { ...sent.params, ...own } }
}

/** By status, how a request is broken that would succeed. */
const breaks: Readonly<Record<number, Break>> = {
  304: withHeaders({ 'if-none-match': '*' }),
  400: (sent) => ({ ...sent, query: 'x=%zz' }),
  401: ({ as: _left, ...sent }) => sent,
  403: async (sent, world) => ({ ...sent, as: await world.person() }),
  404: bySomebodyElse,
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
