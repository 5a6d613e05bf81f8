// Writes what the compiler checks of a row: what its handlers get and return, what its client sends, and
// the lines of the row itself.
import { literal } from '../../../scripts/contract/try/compile.ts'
import type { Operation } from '../../../src/engine/operation.ts'
import type { HandlerResult } from '../../../src/engine/types.ts'
import { clientCall, operationOf } from './client.ts'
import type { Row } from './row.ts'

/** Returns a module that compiles where the types of a row are right. */
export function typeTest(row: Row, operations: readonly Operation[]): string {
  const lines = [
    "import createClient from 'openapi-fetch'",
    "import type { components, paths } from './generated/openapi.d.ts'",
    "import type { Operations, Webhooks } from './generated/types.d.ts'",
    "import { contract, operations } from './generated/operations.ts'",
    "import { serializeProblem, serializers } from './generated/serializers.js'",
    "import { validators } from './generated/validators.js'",
    "import type * as engine from './src/engine/types.ts'",
    "import type { Handler, HandlerRequest } from './src/engine/types.ts'",
    "import { createUrlFor } from './src/engine/urls.ts'",
    'export type Schemas = components["schemas"]',
    'export type Sent = Webhooks',
    'const client = createClient<paths>()',
    // The engine takes any contract, also one without idempotent operations, reads or bodies.
    'export const parts = { ...contract, operations, validators, serializers }',
    "parts satisfies Pick<engine.Engine, 'basePath' | 'operations' | 'validators' | 'serializers'>",
    'export const problem: (value: unknown) => string = serializeProblem',
    'export const urlFor = createUrlFor<Operations>({ operations, basePath: contract.basePath })',
    "export const handled = (all: engine.Handlers<Operations>): engine.Engine['handlers'] => all",
    'export type Cache = engine.ManualCache<Operations>',
  ]
  const add = (value: string) => lines.push(`export const it${lines.length} = ${value}`)
  for (const one of row.cases ?? []) {
    const operation = operationOf(operations, one)
    if (operation === undefined) continue
    const of = `Operations[${JSON.stringify(operation.operationId)}]`
    for (const [part, value] of Object.entries(one.gets ?? {})) {
      if (part !== 'principal') {
        add(`(): HandlerRequest<${of}>['${part}'] => (${literal(value)})`)
      }
    }
    if (one.returns !== undefined && isPositive(one.answers)) {
      add(`(() => (${resultSource(one.returns)})) satisfies Handler<${of}>`)
    }
    const call = clientCall(operation, one)
    if (call === undefined) continue
    add(`() => client.${call.method}(${literal(call.path)}, ${literal(call.init)})`)
  }
  const [first] = operations
  for (const text of row.types ?? []) {
    const isWrong = text.startsWith('!')
    const line = text.replace(/^! */, '')
    const types = Object.keys(first?.body?.types ?? {})
    const request = `{ params, query, headers, cookies, body, principal${types.length > 1 ? ', bodyType' : ''} }`
    const of = `Operations[${JSON.stringify(first?.operationId)}]`
    if (isWrong) lines.push('// @ts-expect-error')
    if (/\breturn\b/.test(line)) add(`((${request}) => { ${line} }) satisfies Handler<${of}>`)
    else add(`(${request}: HandlerRequest<${of}>) => { ${line} }`)
  }
  return `${lines.join('\n')}\n`
}

/** Returns the code of a result; a stream has no values, whose types the lines of the row show. */
function resultSource({ body, ...others }: HandlerResult): string {
  const isStream = typeof body === 'object' && body !== null && Symbol.asyncIterator in body
  if (!isStream) return literal(body === undefined ? others : { ...others, body })
  return `{ ...${literal(others)}, body: (async function* () {})() }`
}

const isPositive = (answers: unknown) => typeof answers !== 'number' || answers < 400
