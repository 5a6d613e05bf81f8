// Builds a request for every operation and status that a contract documents. An error that any operation may
// return comes from its successful request, broken in the way that causes the status.
import type { Operation } from '../../../src/engine/operation.ts'

export interface Sent {
  /** The whole path with its query, where `params` and `query` do not make it. */
  readonly path?: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** The user who sends it. */
  readonly as?: { readonly token: string } | undefined
}

/** Makes a request in a world, which has the users and the resources of requests. */
export type Make<World> = (world: World) => Promise<Sent>

export interface Case<World, Id extends string = string> {
  readonly operation: Id
  readonly status: number
  /** What the response depends on besides the request. */
  readonly needs: 'nothing' | 'state' | 'outage' | 'limit'
  readonly request: Make<World>
}

/** Breaks a successful request, so that it causes a status. */
export type Break<World> = (sent: Sent, world: World, operation: Operation) => Sent | Promise<Sent>

const withHeaders = (headers: Record<string, string>) => (sent: Sent) => ({
  ...sent,
  headers: { ...sent.headers, ...headers },
})

/** What the engine answers by itself, by status. */
const breaks: Readonly<Record<number, (sent: Sent) => Sent>> = {
  304: withHeaders({ 'if-none-match': '*' }),
  400: (sent) => ({ ...sent, query: 'x=%zz' }),
  401: ({ as: _left, ...sent }) => sent,
  406: withHeaders({ accept: 'text/html' }),
  412: withHeaders({ 'if-match': '"another-state"' }),
  413: (sent) => ({ ...sent, body: ' '.repeat(1_100_000) }),
  415: withHeaders({ 'content-type': 'text/plain' }),
  422: (sent) => ({ ...sent, query: 'nothing=here' }),
  429: (sent) => sent,
  503: (sent) => sent,
}

/** What a mock, which has no state, cannot derive from the request. */
const needOf: Readonly<Record<number, Case<never>['needs']>> = {
  ...{ 403: 'state', 404: 'state', 409: 'state' },
  429: 'limit',
  503: 'outage',
}

export interface Requests<World, Id extends string> {
  /** A successful request of each operation. */
  readonly successes: Readonly<Record<Id, Make<World>>>
  /** Requests that only the operation itself answers with an error, by operation and status. */
  readonly failures: Readonly<Partial<Record<Id, Readonly<Record<number, Make<World>>>>>>
  /** What the service answers beside the engine, by status. */
  readonly breaks: Readonly<Record<number, Break<World>>>
}

/**
 * Returns all cases in the order of the contract.
 * @throws Error for a status that no request provokes
 */
export function casesOf<World, Id extends string>(
  operations: Readonly<Record<Id, Operation>>,
  requests: Requests<World, Id>,
): Case<World, Id>[] {
  return (Object.entries(operations) as [Id, Operation][]).flatMap(([id, operation]) =>
    Object.keys(operation.responses)
      .filter((key) => /^\d+$/.test(key))
      .map((key) => caseOf(id, operation, Number(key), requests)),
  )
}

function caseOf<World, Id extends string>(
  id: Id,
  operation: Operation,
  status: number,
  { successes, failures, breaks: others }: Requests<World, Id>,
): Case<World, Id> {
  const own = failures[id]?.[status]
  if (own) return { operation: id, status, needs: 'state', request: own }
  const request = successes[id]
  if (status < 400 && status !== 304) return { operation: id, status, needs: 'nothing', request }
  const breakIt: Break<World> | undefined = others[status] ?? breaks[status]
  if (breakIt === undefined) throw new Error(`no request makes ${id} return ${status}`)
  return {
    operation: id,
    status,
    needs: needOf[status] ?? 'nothing',
    request: async (world) => breakIt(await request(world), world, operation),
  }
}
