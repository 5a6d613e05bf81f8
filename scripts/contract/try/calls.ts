// Calls each operation of a contract, on a service of stubs and on the mock.
import type { AnyHandler, HandlerResult } from '../../../src/engine/types.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { exampleHandlers } from '../../mock/examples.ts'
import { Values } from '../../mock/values.ts'
import { type DocumentedOperation, eachOperation } from '../document.ts'
import type { Compiled } from './compile.ts'
import { caller, requestFor } from './requests.ts'
import { checkResponse } from './responses.ts'
import { authenticatorsOf, listenerOf, sendRaw, serve } from './service.ts'

type Results = ReadonlyMap<string, HandlerResult>

/** Adds a line for each operation whose stub is not reached, or whose response breaks the document. */
export async function callStubs(compiled: Compiled, results: Results, failures: string[]) {
  const reached = new Set<string>()
  const handlers = Object.keys(compiled.operations).map((id) => {
    const handler = () => {
      reached.add(id)
      return results.get(id) ?? { status: 500 }
    }
    return [id, handler] as const
  })
  await callAll(compiled, failures, {
    phase: 'service',
    handlers: Object.fromEntries(handlers),
    called: [...results.keys()],
    statusOf: (id) => results.get(id)?.status,
    isReached: (id) => reached.delete(id),
  })
}

/** Adds a line for each operation that the mock does not answer as the document says. */
export async function callMock(compiled: Compiled, results: Results, failures: string[]) {
  await callAll(compiled, failures, {
    phase: 'mock',
    handlers: await exampleHandlers(compiled.served, compiled.operations),
    called: [...results.keys()],
    // The mock chooses among the successes.
    statusOf: () => undefined,
    isReached: () => true,
  })
}

interface Calls {
  readonly phase: string
  readonly handlers: Readonly<Record<string, AnyHandler>>
  /** The operations that are called, by the names of their handlers. */
  readonly called: readonly string[]
  /** Returns the status that a handler answers; undefined where any success will do. */
  readonly statusOf: (id: string) => number | undefined
  /** Tells whether the last request has reached its handler. */
  readonly isReached: (id: string) => boolean
}

async function callAll(compiled: Compiled, failures: string[], calls: Calls) {
  const errors: unknown[] = []
  const listener = start(compiled, calls.handlers, errors)
  if (typeof listener === 'string') {
    failures.push(`the contract: ${calls.phase}: ${listener}`)
    return
  }
  const server = await serve(listener)
  const { document } = compiled
  const values = {
    sent: new Values(document, 'request'),
    answered: new Values(document, 'response'),
  }
  try {
    for (const found of eachOperation(document)) {
      if (!calls.called.includes(found.operation.operationId)) continue
      errors.length = 0
      const wrong = await call(compiled, found, { url: server.url, values, calls }).catch(messageOf)
      const reasons = errors.map((it) => ` [${messageOf(it)}]`).join('')
      if (wrong) failures.push(`${nameOf(found)}: ${calls.phase}: ${wrong}${reasons}`)
    }
  } finally {
    await server.stop()
  }
}

/** Calls an operation with its required parameters, then with all. Returns what is wrong of a response. */
async function call(
  compiled: Compiled,
  found: DocumentedOperation,
  {
    url,
    values,
    calls,
  }: { url: string; values: Record<'sent' | 'answered', Values>; calls: Calls },
): Promise<string | undefined> {
  const id = found.operation.operationId
  for (const isFull of [false, true]) {
    const request = await requestFor(compiled, found, values.sent, { isFull })
    const response = await sendRaw(url, request)
    const status = calls.statusOf(id) ?? (response.status < 400 ? response.status : 200)
    const wrong = checkResponse(compiled.document, found, status, response, values.answered)
    if (!calls.isReached(id)) wrong.unshift('its handler is not reached')
    const body = String(request.body ?? '').slice(0, 300)
    if (wrong.length > 0) return `${wrong.join('; ')} (${request.method} ${request.path} ${body})`
  }
  return undefined
}

/** Returns what answers requests; a text that says why nothing does. */
function start(
  { basePath, operations, validators, serializers, document }: Compiled,
  handlers: Calls['handlers'],
  errors: unknown[],
) {
  const owned = Object.values(operations).flatMap((it) => it.owner ?? [])
  const engine = {
    ...{ basePath, operations, validators, serializers, handlers },
    // Every caller may do what an owner may.
    anyOwnerScope: caller,
    owners: Object.fromEntries(owned.map((name) => [name, async () => caller])),
    authenticators: authenticatorsOf(Object.keys(document.components.securitySchemes)),
    rateLimits: { quota: () => undefined },
    idempotency: {
      once: (_: unknown, work: (transaction: unknown) => Promise<never>) => work(null),
    },
    bodyLimit: 1_048_576,
    maxAge: 0,
    strict: true,
    log: createLogger({ level: 'silent', part: 'contract' }),
  }
  try {
    return listenerOf(engine, { errors, isLenient: true })
  } catch (error) {
    return messageOf(error)
  }
}

/** Returns the name of an operation as users read it. */
export function nameOf({ method, path }: DocumentedOperation): string {
  return `${method.toUpperCase()} ${path}`
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
