// Calls each operation of a contract, on a service of stubs and on the mock.
import { responseKey } from '../../../src/engine/operation.ts'
import type { AnyHandler } from '../../../src/engine/types.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { exampleHandlers } from '../../mock/examples.ts'
import { Values } from '../../mock/values.ts'
import { typeName } from '../bodies.ts'
import { type DocumentedOperation, eachOperation, follow } from '../document.ts'
import type { Compiled } from './compile.ts'
import { inputDifferences, type Taken } from './inputs.ts'
import { atTurn, caller, requestFor, turnsOf } from './requests.ts'
import { checkResponse } from './responses.ts'
import { authenticatorsOf, listenerOf, sendRaw, serve, temporaryFiles } from './service.ts'
import { exampleOf, type Results } from './stubs.ts'

/** A service of a contract on a free port. */
interface Served {
  readonly url: string
  readonly errors: unknown[]
  /** What the handlers were given last, by their names; undefined where that is not known. */
  readonly taken?: Map<string, Taken>
  /** The results that the handlers return: each request has a turn. */
  turn: number
  stop(): Promise<unknown>
}

/** Serves the stubs of a contract. @throws StartError where the engine does not take it. */
export async function serveStubs(compiled: Compiled, results: Results): Promise<Served> {
  const taken = new Map<string, Taken>()
  const handlers = Object.keys(compiled.operations).map((id) => {
    const handler = (request: Taken) => {
      taken.set(id, request)
      return atTurn(results.get(id) ?? [], served.turn) ?? { status: 500 }
    }
    return [id, handler] as const
  })
  const served = await start(compiled, Object.fromEntries(handlers), { taken, strict: true })
  return served
}

/** Serves the mock of a contract. @throws as above. */
export async function serveMock(compiled: Compiled): Promise<Served> {
  const handlers = await exampleHandlers(compiled.served, compiled.operations)
  // As in `npm run mock`: an example of an error has headers that the contract need not declare.
  return start(compiled, handlers, { strict: false })
}

/** Adds a line for each operation whose stub is not reached, or whose response breaks the document. */
export async function callStubs(compiled: Compiled, results: Results, failures: string[]) {
  const statusOf = (id: string) => results.get(id)?.[0]?.status
  const server = await serveStubs(compiled, results)
  await callAll(compiled, results, { phase: 'service', server, statusOf, failures })
}

/** Adds a line for each operation that the mock does not answer as the document says. */
export async function callMock(compiled: Compiled, results: Results, failures: string[]) {
  const server = await serveMock(compiled)
  // The mock chooses among the successes.
  await callAll(compiled, results, { phase: 'mock', server, statusOf: () => undefined, failures })
}

interface Calls {
  readonly phase: string
  readonly server: Served
  /** Returns the status that a handler answers; undefined where any success will do. */
  readonly statusOf: (id: string) => number | undefined
  readonly failures: string[]
}

async function callAll(compiled: Compiled, results: Results, calls: Calls) {
  const { document } = compiled
  const { phase, server, failures } = calls
  const sent = new Values(document, 'request')
  const answered = new Values(document, 'response')
  try {
    for (const found of eachOperation(document)) {
      server.errors.length = 0
      const own = results.get(found.operation.operationId) ?? []
      if (own.length === 0) continue
      const types = own.map((it) => it.type)
      const wrong = await call(compiled, found, { sent, answered, types, calls }).catch(messageOf)
      const reasons = server.errors.map((it) => ` [${messageOf(it)}]`).join('')
      if (wrong) failures.push(`${nameOf(found)}: ${phase}: ${wrong}${reasons}`)
    }
  } finally {
    await server.stop()
  }
}

interface Expected {
  readonly sent: Values
  readonly answered: Values
  /** The media types of the response, where it has several. */
  readonly types: readonly (string | undefined)[]
}

/** Calls an operation as often as its requests have turns. Returns what is wrong of the input or a response. */
async function call(
  compiled: Compiled,
  found: DocumentedOperation,
  { sent, answered, types, calls }: Expected & { readonly calls: Calls },
): Promise<string | undefined> {
  const id = found.operation.operationId
  const { document } = compiled
  const { server, statusOf } = calls
  const turns = Math.max(turnsOf(compiled, found), types.length)
  for (let turn = 0; turn < turns; turn++) {
    server.turn = turn
    const type = atTurn(types, turn)
    const composed = await requestFor(compiled, found, sent, { turn })
    const accept = type === undefined ? {} : { accept: type }
    const request = { ...composed, headers: { ...composed.headers, ...accept } }
    server.taken?.delete(id)
    const response = await sendRaw(server.url, request)
    const status = statusOf(id) ?? (response.status < 400 ? response.status : 200)
    const wrong = checkResponse(document, found, status, response, answered)
    const answeredType = typeName(response.headers['content-type'] ?? '')
    if (type !== undefined && answeredType !== typeName(type)) {
      wrong.push(`answers ${answeredType}, not ${type}`)
    }
    const taken = server.taken?.get(id)
    if (taken !== undefined) wrong.push(...inputDifferences(document, found, request.given, taken))
    else if (server.taken !== undefined) wrong.unshift('its handler is not reached')
    const body = String(request.body ?? '').slice(0, 300)
    if (wrong.length > 0) return `${wrong.join('; ')} (${request.method} ${request.path} ${body})`
  }
  return undefined
}

/** The store of idempotency keys, which no request has. */
const idempotency = {
  once: (_: unknown, work: (transaction: unknown) => Promise<never>) => work(null),
}

async function start(
  compiled: Compiled,
  handlers: Readonly<Record<string, AnyHandler>>,
  { taken, strict }: Pick<Served, 'taken'> & { readonly strict: boolean },
): Promise<Served> {
  const { basePath, operations, securitySchemes, validators, serializers } = compiled
  const owned = Object.values(operations).flatMap((it) => it.owner ?? [])
  const errors: unknown[] = []
  const engine = {
    ...{ basePath, operations, securitySchemes, validators, serializers },
    ...{ handlers, idempotency },
    // Every caller may do what an owner may.
    anyOwnerScope: caller,
    owners: Object.fromEntries(owned.map((name) => [name, async () => caller])),
    authenticators: authenticatorsOf(Object.keys(securitySchemes)),
    rateLimits: { quota: () => undefined },
    errorBody: errorExamples(compiled),
    bodyLimit: 1_048_576,
    files: await temporaryFiles(),
    maxAge: 0,
    strict,
    log: createLogger({ level: 'silent', part: 'contract' }),
  }
  const server = await serve(listenerOf(engine, { errors, isLenient: true }))
  return { ...server, errors, turn: 0, ...(taken && { taken }) }
}

/** Returns what makes the body of an error: the document's example, or a value that fits its schema. */
function errorExamples({ document, operations }: Compiled) {
  const values = new Values(document, 'response')
  const bodies = new Map([...eachOperation(document)].map((it) => [it.operation.operationId, it]))
  return ({ status }: { status: number }, id: string) => {
    const found = bodies.get(id)
    const operation = operations[id]
    const key = operation && responseKey(operation, status)
    const response = found && key !== undefined && found.operation.responses[key]
    const [media] = Object.values((response && follow(document, response).content) ?? {})
    return media && exampleOf(document, media, values)
  }
}

/** Returns the name of an operation as users read it. */
export function nameOf({ method, path }: DocumentedOperation): string {
  return `${method.toUpperCase()} ${path}`
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
