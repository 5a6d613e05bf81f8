// Runs the contract suite for any contract: what a request provokes on a service of stubs, and each documented
// status on the mock.
import type { Operation } from '../../../src/engine/operation.ts'
import type { HandlerResult } from '../../../src/engine/types.ts'
import { Values } from '../../mock/values.ts'
import { type DocumentedOperation, eachOperation } from '../document.ts'
import { type Case, casesOf, type Make, type Sent } from '../suite/cases.ts'
import { violationsOfCase } from '../suite/run.ts'
import { messageOf, nameOf, serveMock, serveStubs } from './calls.ts'
import type { Compiled } from './compile.ts'
import { type Credential, requestFor } from './requests.ts'
import type { Results } from './stubs.ts'

interface Options {
  readonly credential?: Credential
  /** Requests that stand for the composed ones, by the name of the handler. */
  readonly successes?: Readonly<Record<string, Make<unknown>>>
}

/** Returns the cases of a contract: on a service that answers these results, and on the mock. */
export function suiteCases(compiled: Compiled, results: Results, options: Options = {}) {
  const requests = requestsOf(compiled, results, options)
  return {
    app: serviceCases(compiled, results, requests),
    mock: mockCases(compiled, requests),
  }
}

/** Adds a line for each case whose response is not what the contract says. */
export async function runSuite(compiled: Compiled, results: Results, failures: string[]) {
  const cases = suiteCases(compiled, results)
  const found = new Map(
    [...eachOperation(compiled.document)].map((it) => [it.operation.operationId, it]),
  )
  const service = await serveStubs(compiled, results)
  const mock = await serveMock(compiled)
  const targets = [
    { name: 'app', server: service },
    { name: 'mock', server: mock },
  ] as const
  try {
    for (const { name, server } of targets) {
      const target = { name, origin: server.url, world: undefined }
      for (const one of cases[name]) {
        server.errors.length = 0
        const wrong = await violationsOfCase(compiled, target, one).catch((it) => [messageOf(it)])
        if (wrong.length === 0) continue
        const operation = found.get(one.operation)
        const reasons = server.errors.map((it) => ` [${messageOf(it)}]`).join('')
        const where = name === 'app' ? 'service' : name
        failures.push(
          `${operation ? nameOf(operation) : one.operation}: suite on the ${where}: ${wrong.join('; ')}${reasons}`,
        )
      }
    }
  } finally {
    await service.stop()
    await mock.stop()
  }
}

interface Requests {
  readonly success: Make<unknown>
  readonly anonymous: Make<unknown>
}

function requestsOf(
  compiled: Compiled,
  results: Results,
  { successes = {}, ...options }: Options,
): ReadonlyMap<string, Requests> {
  const values = new Values(compiled.document, 'request')
  const sent = async (found: DocumentedOperation): Promise<Sent> => {
    const { path, headers, body } = await requestFor(compiled, found, values, options)
    return { path, headers: headers as Record<string, string>, ...(body !== undefined && { body }) }
  }
  const all = [...eachOperation(compiled.document)]
    .filter(({ operation }) => (results.get(operation.operationId) ?? []).length > 0)
    .map((found): [string, Requests] => {
      const open = { ...found, operation: { ...found.operation, security: [] } }
      const id = found.operation.operationId
      return [id, { success: successes[id] ?? (() => sent(found)), anonymous: () => sent(open) }]
    })
  return new Map(all)
}

function serviceCases(
  { operations }: Compiled,
  results: Results,
  requests: ReadonlyMap<string, Requests>,
): Case<unknown>[] {
  const own = [...requests].flatMap(([id, { success, anonymous }]) => {
    const operation = operations[id]
    const [result] = results.get(id) ?? []
    if (operation === undefined || result === undefined) return []
    return [{ id, operation, result, success, anonymous }]
  })
  const known = own.map(({ id, operation, result }) => {
    const responses = Object.entries(operation.responses).filter(([status]) =>
      isProvoked(operation, result, status),
    )
    return [id, { ...operation, responses: Object.fromEntries(responses) }] as const
  })
  return casesOf(Object.fromEntries(known), {
    successes: Object.fromEntries(own.map(({ id, success }) => [id, success])),
    failures: Object.fromEntries(own.map(({ id, anonymous }) => [id, { 401: anonymous }])),
    breaks: {},
  })
}

/** Tells whether a request alone makes a stub or the engine answer a status. */
function isProvoked(operation: Operation, result: HandlerResult, status: string): boolean {
  const { method, body, security } = operation
  switch (status) {
    case String(result.status):
      return true
    case '304':
      return method === 'get' && result.status === 200 && result.body !== undefined
    case '400':
    case '422':
      return true
    case '401':
      return security.length > 0 && security.every((it) => Object.keys(it).length > 0)
    case '413':
      return body !== null
    default:
      return false
  }
}

function mockCases(
  { operations }: Compiled,
  requests: ReadonlyMap<string, Requests>,
): Case<unknown>[] {
  return [...requests].flatMap(([id, { success: request }]) =>
    Object.keys(operations[id]?.responses ?? {})
      .filter((status) => /^\d+$/.test(status) && status !== '304')
      .map((status) => ({ operation: id, status: Number(status), needs: 'state', request })),
  )
}
