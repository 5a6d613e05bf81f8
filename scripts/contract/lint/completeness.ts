// The rule that what the engine does for an operation is documented with it.
import {
  type Document,
  type DocumentedOperation,
  follow,
  type MediaType,
  type Schema,
} from '../document.ts'
import { answersEvents } from '../event-streams.ts'
import { type Message, operationRule, type Rule } from './rule.ts'

export const completenessRules: readonly Rule[] = [
  operationRule(
    'style/documented',
    'An operation documents the headers and statuses that its method and its policies bring.',
    (found, document) => [
      ...limits(found, document),
      ...idempotency(found),
      ...(found.method === 'get' ? reads(found, document) : changes(found, document)),
    ],
  ),
]

function headersOfSuccess({ operation }: DocumentedOperation, document: Document) {
  const success = operation.responses[200]
  return success && (follow(document, success).headers ?? {})
}

const missing = (names: readonly string[], declared: object, below: (string | number)[]) =>
  names
    .filter((it) => !(it in declared))
    .map((it) => ({ below, message: `the header ${it} is not documented` }))

function limits({ operation }: DocumentedOperation, document: Document): Message[] {
  const { 'x-rate-limit': rate, responses } = operation
  if (rate === undefined) return []
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  return [
    !('429' in responses) && 'an operation with x-rate-limit documents 429',
    ...successes.flatMap(([status, it]) =>
      missing(['RateLimit', 'RateLimit-Policy'], follow(document, it).headers ?? {}, [
        'responses',
        status,
      ]),
    ),
  ]
}

function idempotency({ operation, parameters }: DocumentedOperation): Message[] {
  if (operation['x-idempotent'] !== true) return []
  return [
    !parameters.some((it) => it.name === 'Idempotency-Key') &&
      'an operation with x-idempotent has the header parameter Idempotency-Key',
    !(409 in operation.responses) && 'an operation with x-idempotent documents 409',
  ]
}

/** A GET can be asked whether its answer has changed. */
function reads(found: DocumentedOperation, document: Document): Message[] {
  const { operation, parameters } = found
  const headers = headersOfSuccess(found, document)
  if (headers === undefined || answersEvents(document, operation)) return []
  const wanted = ['ETag', 'Cache-Control', 'Vary']
  if (operation['x-cache'] !== undefined) wanted.push('Cache-Status')
  return [
    !parameters.some((it) => it.name === 'If-None-Match') &&
      'a GET has the header parameter If-None-Match',
    !(304 in operation.responses) && 'a GET documents 304',
    ...missing(wanted, headers, ['responses', '200']),
  ]
}

/** A change of what a GET shows can be guarded by the entity tag of what was shown. */
function changes(found: DocumentedOperation, document: Document): Message[] {
  const { method, path, operation, parameters } = found
  const isChange = ['patch', 'put', 'delete'].includes(method)
  if (!isChange || document.paths[path]?.get === undefined) return []
  return [
    ...representation(found, document),
    !parameters.some((it) => it.name === 'If-Match') &&
      'a change of what the GET of this path shows has the header parameter If-Match',
    !(412 in operation.responses) && 'a change of what the GET of this path shows documents 412',
  ]
}

/** A change that answers the new state answers all that the GET shows, with its entity tag. */
function representation(found: DocumentedOperation, document: Document): Message[] {
  const { path, operation } = found
  const read = document.paths[path]?.get?.responses[200]
  const success = operation.responses[200] && follow(document, operation.responses[200])
  const [answered] = Object.values(success?.content ?? {})
  const [shown] = Object.values((read && follow(document, read).content) ?? {})
  if (answered === undefined || shown === undefined) return []
  const namesOf = ({ schema }: MediaType) =>
    Object.keys((schema && follow<Schema>(document, schema).properties) ?? {})
  const lacking = namesOf(shown).filter((it) => !namesOf(answered).includes(it))
  const below = ['responses', '200']
  if (lacking.length > 0) {
    const message = `the 200 lacks ${lacking.join(', ')}, which the GET of this path shows`
    return [{ below, message }]
  }
  return missing(['ETag'], success?.headers ?? {}, below)
}
