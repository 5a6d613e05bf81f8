// Builds a request for every documented operation and status. An error that any operation may return
// comes from its successful request, broken in the way that causes the status.
import { operations } from '../../../generated/operations.ts'
import type { OperationId } from '../../../src/contract.ts'
import type { Operation } from '../../../src/engine/operation.ts'
import { failures, type Sent, successes } from './requests.ts'
import type { World } from './world.ts'

export interface Case {
  readonly operation: OperationId
  readonly status: number
  /** What the response depends on besides the request. */
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

/** Returns the path parameters of an operation: those that name the owner, and those that identify the resource. */
export function pathParameters({ parameters }: Operation) {
  const names = Object.keys(parameters.path)
  return {
    whose: names.filter((it) => owners.has(it)),
    which: names.filter((it) => !owners.has(it)),
  }
}

/** Another user requests the same resource under their own name: its id alone gives no access. */
const byAnotherUser: Break = async (sent, world, operation) => {
  const { whose, which } = pathParameters(operation)
  if (which.length === 0) {
    throw new Error(`requests.ts needs a request for which ${operation.operationId} returns 404`)
  }
  const other = await world.person()
  const own = Object.fromEntries(whose.map((it) => [it, other.username]))
  return { ...sent, as: sent.as && other, params: { ...sent.params, ...own } }
}

/** Breaks a successful request, by the status that this causes. */
const breaks: Readonly<Record<number, Break>> = {
  304: withHeaders({ 'if-none-match': '*' }),
  400: (sent) => ({ ...sent, query: 'x=%zz' }),
  401: ({ as: _left, ...sent }) => sent,
  403: async (sent, world) => ({ ...sent, as: await world.person() }),
  404: byAnotherUser,
  406: withHeaders({ accept: 'text/html' }),
  412: withHeaders({ 'if-match': '"another-state"' }),
  413: (sent) => ({ ...sent, body: ' '.repeat(1_100_000) }),
  415: withHeaders({ 'content-type': 'text/plain' }),
  422: (sent) => ({ ...sent, query: 'nothing=here' }),
  429: (sent) => sent,
  503: (sent) => sent,
}

/** What a mock, which has no state, cannot derive from the request. */
const needOf: Readonly<Record<number, Case['needs']>> = {
  ...{ 403: 'state', 404: 'state', 409: 'state' },
  429: 'limit',
  503: 'outage',
}

/**
 * Returns all cases in the order of the contract.
 * @throws Error for a status that no request provokes
 */
export function allCases(): Case[] {
  return Object.values<Operation>(operations).flatMap((operation) =>
    Object.keys(operation.responses).map((status) => caseOf(operation, Number(status))),
  )
}

function caseOf(operation: Operation, status: number): Case {
  const id = operation.operationId as OperationId
  const own = failures[id]?.[status]
  if (own) return { operation: id, status, needs: 'state', request: own }
  const request = successes[id]
  if (status < 300) return { operation: id, status, needs: 'nothing', request }
  const breakIt = breaks[status]
  if (breakIt === undefined) throw new Error(`no request makes ${id} return ${status}`)
  return {
    operation: id,
    status,
    needs: needOf[status] ?? 'nothing',
    request: async (world) => breakIt(await request(world), world, operation),
  }
}
