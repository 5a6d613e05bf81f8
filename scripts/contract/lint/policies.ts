// Rules for the extensions of an operation: each has a form that the engine acts on.
import { outlineBody, sentTypes } from '../bodies.ts'
import type { Document, DocumentedOperation } from '../document.ts'
import { answersEvents } from '../event-streams.ts'
import { fits, policyKeys, typoPattern } from '../extensions.ts'
import { isSecured } from './operations.ts'
import { type Message, operationRule, type Rule } from './rule.ts'

const typos = policyKeys.map((key) => ({ key, pattern: new RegExp(typoPattern(key)) }))

export const policyRules: readonly Rule[] = [
  {
    isWarning: true,
    ...operationRule(
      'engine/extensions',
      'No x- key of an operation is one typo away from one of ours.',
      ({ operation }) =>
        Object.keys(operation).flatMap((key) => {
          const meant = typos.find(({ pattern }) => pattern.test(key))
          if (meant === undefined) return []
          return [{ below: [key], message: `${key} does nothing; is ${meant.key} meant?` }]
        }),
    ),
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
