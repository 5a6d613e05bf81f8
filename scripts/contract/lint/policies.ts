// Rules for the extensions of an operation: each has a form that the engine acts on.
import { outlineBody, sentTypes } from '../bodies.ts'
import type { Document, DocumentedOperation, OperationObject } from '../document.ts'
import { answersEvents } from '../event-streams.ts'
import { isSecured } from './operations.ts'
import { type Message, operationRule, type Rule } from './rule.ts'

/** The extensions that an operation may have. */
export const policyKeys = ['x-cache', 'x-invalidates', 'x-owner', 'x-rate-limit', 'x-idempotent']

export const policyRules: readonly Rule[] = [
  {
    isWarning: true,
    ...operationRule(
      'engine/extensions',
      'No x- key of an operation is one typo away from one of ours.',
      ({ operation }) =>
        Object.keys(operation).flatMap((key) => {
          const meant = policyKeys.find((it) => isTypo(key, it))
          if (meant === undefined) return []
          return [{ below: [key], message: `${key} does nothing; is ${meant} meant?` }]
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

/** Tells whether one letter is added, left out, replaced or swapped with the next one, or the case differs. */
function isTypo(key: string, meant: string): boolean {
  if (key === meant) return false
  const [found, wanted] = [key.toLowerCase(), meant.toLowerCase()]
  if (found === wanted) return true
  let same = 0
  while (same < found.length && found[same] === wanted[same]) same++
  const [rest, other] = [found.slice(same), wanted.slice(same)]
  const isSwapped = rest[0] === other[1] && rest[1] === other[0] && rest.length > 1
  return (
    rest.slice(1) === other ||
    rest === other.slice(1) ||
    rest.slice(1) === other.slice(1) ||
    (isSwapped && rest.slice(2) === other.slice(2))
  )
}

const isPositive = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0

function isRatePolicy(policy: NonNullable<OperationObject['x-rate-limit']>): boolean {
  const { limit, window, by, ...others } = policy
  return (
    isPositive(limit) &&
    isPositive(window) &&
    ['ip', 'principal'].includes(by) &&
    Object.keys(others).length === 0
  )
}

function checkRateLimit({ operation }: DocumentedOperation): Message[] {
  const { 'x-rate-limit': rate, 'x-cache': cache, security } = operation
  const below = ['x-rate-limit']
  if (rate === undefined) return []
  if (!isRatePolicy(rate)) {
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
    (idempotent !== true || method !== 'post') && {
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
