// Rules for the extensions of an operation: each has a form that the engine acts on.
import { outlineBody, sentTypes } from '../bodies.ts'
import {
  type Document,
  type DocumentedOperation,
  eachMethod,
  isReference,
  type OperationObject,
  type Parameter,
  type Reference,
} from '../document.ts'
import { answersEvents } from '../event-streams.ts'
import { fits, misspelled } from '../extensions.ts'
import { eachSchema } from '../subschemas.ts'
import { isSecured } from './operations.ts'
import { type Finding, type Message, operationRule, type Pointer, type Rule } from './rule.ts'

export const policyRules: readonly Rule[] = [
  {
    id: 'engine/extensions',
    summary: 'No x- key is one typo away from one of ours.',
    isWarning: true,
    check: (document) => [...eachExtended(document)].flatMap(typosIn),
  },
  operationRule(
    'engine/rate-limit',
    'x-rate-limit has a limit, a window and whom it counts.',
    checkRateLimit,
  ),
  operationRule(
    'style/documented-limit',
    'An operation that documents 429 has a limit.',
    ({ operation }, document) => [
      '429' in operation.responses &&
        operation['x-rate-limit'] === undefined &&
        !answersEvents(document, operation) && {
          below: ['responses', '429'],
          message: '429 is documented, and the operation has no x-rate-limit',
        },
    ],
  ),
  operationRule(
    'engine/idempotent',
    'x-idempotent: true stands on a POST that no anonymous client can call.',
    checkIdempotent,
  ),
]

interface Extended {
  /** The name of its kind in OpenAPI. */
  readonly type: string
  readonly object: object
  readonly at: Pointer
}

interface Shared {
  readonly parameters?: Record<string, Parameter | Reference>
  readonly requestBodies?: Record<string, Body | Reference>
}

/** Yields the objects that may have extensions of ours, where they stand. */
function* eachExtended(document: Document): Generator<Extended> {
  const { parameters = {}, requestBodies = {} } = document.components as Shared
  for (const { path, method, operation } of eachMethod(document)) {
    const at = ['paths', path, method]
    yield { type: 'Operation', object: operation, at }
    for (const [index, object] of (operation.parameters ?? []).entries())
      yield { type: 'Parameter', object, at: [...at, 'parameters', index] }
    if (operation.requestBody) yield* bodyParts(operation.requestBody, [...at, 'requestBody'])
  }
  for (const [name, object] of Object.entries(parameters))
    yield { type: 'Parameter', object, at: ['components', 'parameters', name] }
  for (const [name, object] of Object.entries(requestBodies))
    yield* bodyParts(object, ['components', 'requestBodies', name])
  for (const { schema, at } of eachSchema(document)) yield { type: 'Schema', object: schema, at }
}

type Body = NonNullable<OperationObject['requestBody']>

function* bodyParts(object: Body | Reference, at: Pointer): Generator<Extended> {
  yield { type: 'RequestBody', object, at }
  if (isReference(object)) return
  for (const [name, media] of Object.entries(object.content))
    yield { type: 'MediaType', object: media, at: [...at, 'content', name] }
}

const typosIn = ({ type, object, at }: Extended): Finding[] =>
  misspelled(type, object).map(([key, message]) => ({ at: [...at, key], message }))

function checkRateLimit({ operation }: DocumentedOperation): Message[] {
  const { 'x-rate-limit': rate, 'x-cache': cache, security } = operation
  const below = ['x-rate-limit']
  if (rate === undefined) return []
  if (!fits('x-rate-limit', rate)) {
    return [
      { below, message: 'x-rate-limit must be { limit, window: seconds, by: ip | principal }' },
    ]
  }
  return [
    rate.by === 'principal' &&
      security?.length === 0 && { below, message: 'x-rate-limit by principal needs security' },
    cache !== undefined && {
      below,
      message: 'a cached operation has no x-rate-limit: counting costs what the cache saves',
    },
  ]
}

function checkIdempotent(
  { operation, method }: DocumentedOperation,
  document: Document,
): Message[] {
  const idempotent = operation['x-idempotent']
  if (idempotent === undefined) return []
  const below = ['x-idempotent']
  return [
    (!fits('x-idempotent', idempotent) || method !== 'post') && {
      below,
      message: 'x-idempotent: true belongs on a POST',
    },
    !isSecured(operation) && {
      below,
      message: 'x-idempotent needs security that lets no anonymous client in',
    },
    sentTypes(document, operation).some(({ kind }) => kind === 'binary' || kind === 'lines') && {
      below,
      message: 'x-idempotent cannot compare a body that the handler reads as a stream',
    },
    Object.values(outlineBody(document, operation)?.types ?? {}).some(({ files }) => files) && {
      below,
      message: 'x-idempotent cannot compare the files of a body',
    },
  ]
}
