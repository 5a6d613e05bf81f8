// Our own rules for the contract, beside Redocly's: each operation is complete and its policies
// make sense. The lint prints what is found here, the codegen refuses to go on with it. The rules
// for schemas stand in `check-schemas.ts`, those for caching in `check-caching.ts`.
import { checkCache, checkConditions, checkInvalidation } from './check-caching.ts'
import { checkSchemas } from './check-schemas.ts'
import { checkSizes } from './check-sizes.ts'
import {
  type Document,
  type DocumentedOperation,
  eachOperation,
  follow,
  type MediaType,
  type OperationObject,
  type Parameter,
} from './document.ts'
import { checkServers } from './servers.ts'

/** The verbs that an operationId may begin with, and the whole names reviewed beside them. */
const verbs = ['list', 'get', 'create', 'update', 'delete', 'erase']
const reviewedNames = [
  ...['login', 'refreshToken', 'logout', 'changePassword'],
  ...['cancelTask', 'retryTask'],
]

/** The extensions that an operation may have. */
export const policyKeys = ['x-cache', 'x-invalidates', 'x-owner', 'x-rate-limit', 'x-idempotent']

interface SecurityScheme {
  readonly flows?: Readonly<Record<string, { scopes?: object; tokenUrl?: string }>>
}

type Check = (found: DocumentedOperation, document: Document) => (string | false)[]

/** Everything in which a bundled contract breaks the house's rules; empty when it keeps them. */
export function checkContract(document: Document): string[] {
  const checks: Check[] = [
    checkNaming,
    checkAccess,
    checkParameters,
    checkResponses,
    checkPolicyShapes,
    checkRateLimit,
    checkCache,
    checkInvalidation,
    checkConditions,
    checkSizes,
  ]
  const faults = [...eachOperation(document)].flatMap((found) => {
    const name = found.operation.operationId ?? `${found.method} ${found.path}`
    const said = checks.flatMap((check) => check(found, document)).filter((it) => it !== false)
    return said.map((it) => `${name}: ${it}`)
  })
  return [...faults, ...checkSchemas(document), ...checkServers(document)]
}

function checkNaming({ operation }: DocumentedOperation) {
  const { operationId: id = '', summary, description, tags } = operation
  const named =
    reviewedNames.includes(id) ||
    verbs.some((verb) => /^[A-Z]/.test(id.slice(verb.length)) && id.startsWith(verb))
  return [
    !named && `operationId must begin with one of ${verbs.join(', ')} (or be reviewed)`,
    !summary && 'summary is missing',
    !description && 'description is missing',
    !tags?.length && 'tags are missing',
  ]
}

function checkAccess({ operation, parameters }: DocumentedOperation, document: Document) {
  const { security, 'x-owner': owner } = operation
  if (security === undefined) return ['security is missing; an open operation says security: []']
  const schemes = security.flatMap((it) => Object.keys(it))
  const unknown = schemes.filter((it) => !(it in document.components.securitySchemes))
  const secured = security.length > 0 && security.every((it) => Object.keys(it).length > 0)
  const isOwned = parameters.some((it) => it.in === 'path' && it.name === owner)
  // On a path without the parameter, what is changed is the caller's own.
  const isOwn = pathNamesOf(document).includes(owner ?? '')
  return [
    ...unknown.map((it) => `security names the scheme ${it}, which does not exist`),
    ...security.flatMap((it) => undeclaredScopes(it, document)),
    owner !== undefined && !secured && 'x-owner needs security that lets no anonymous caller in',
    owner !== undefined && !isOwned && !isOwn && `x-owner names ${owner}, no path parameter`,
  ]
}

const pathNamesOf = (document: Document) =>
  Object.keys(document.paths).flatMap((path) =>
    [...path.matchAll(/\{(\w+)\}/g)].map(([, it]) => it),
  )

/** The scopes that the flows of a scheme do not list; a scheme without flows has no list. */
function undeclaredScopes(requirement: Record<string, string[]>, document: Document): string[] {
  return Object.entries(requirement).flatMap(([name, scopes]) => {
    const { flows } = (document.components.securitySchemes[name] ?? {}) as SecurityScheme
    if (flows === undefined) return []
    const declared = Object.values(flows).flatMap((it) => Object.keys(it.scopes ?? {}))
    return scopes
      .filter((it) => !declared.includes(it))
      .map((it) => `security names the scope ${it}, which no flow of ${name} lists`)
  })
}

function checkParameters({ path, parameters }: DocumentedOperation) {
  const inTemplate = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
  const declared = parameters.filter((it) => it.in === 'path').map((it) => it.name)
  return [
    ...inTemplate
      .filter((it) => !declared.includes(it ?? ''))
      .map((it) => `path parameter ${it} is not declared`),
    ...declared
      .filter((it) => !inTemplate.includes(it))
      .map((it) => `path parameter ${it} is not in the path`),
  ]
}

function checkResponses({ operation, method }: DocumentedOperation, document: Document) {
  const responses = Object.entries(operation.responses)
  const successes = responses.filter(([status]) => status.startsWith('2'))
  const refused = responses.filter(([status]) => /^[45]/.test(status))
  const unsupported = responses.filter(([status]) => !/^[2345]\d\d$/.test(status))
  const without = [...successes, ...refused].filter(([, it]) => lacksExample(document, it))
  const body = operation.requestBody
  return [
    successes.length === 0 && 'no 2xx response',
    ...unsupported.map(([status]) => `response ${status}: give the status in three digits`),
    ...refused
      .filter(([, it]) => !('$ref' in it))
      .map(([status]) => `response ${status} must be a $ref to components/responses`),
    ...without.map(([status]) => `response ${status} has content without examples`),
    body !== undefined && lacksExample(document, body) && 'the request body has no examples',
    body !== undefined && method === 'get' && 'a GET has no request body',
  ]
}

function lacksExample(document: Document, holder: object): boolean {
  const { content = {} } = follow(document, holder) as { content?: Record<string, MediaType> }
  return Object.values(content).some((it) => !it.examples && it.example === undefined)
}

/** Each policy's own grammar: a key or a value that nothing would act on is a fault, not a hint. */
function checkPolicyShapes({ operation, method, parameters }: DocumentedOperation) {
  const { 'x-rate-limit': rate, 'x-idempotent': idempotent } = operation
  const unknown = Object.keys(operation).filter(
    (key) => key.startsWith('x-') && !policyKeys.includes(key),
  )
  return [
    ...unknown.map((key) => `${key} is not in the vocabulary (${policyKeys.join(', ')})`),
    rate !== undefined &&
      !isRatePolicy(rate) &&
      'x-rate-limit must be { limit, window: seconds, by: ip | principal }',
    rate?.by === 'principal' &&
      operation.security?.length === 0 &&
      'x-rate-limit by principal needs security',
    idempotent !== undefined &&
      (idempotent !== true || method !== 'post') &&
      'x-idempotent: true belongs on a POST',
    ...(idempotent === true ? lacksOfIdempotent(operation, parameters) : []),
  ]
}

/** Whose key it is, where it is sent, and what is answered while another request has it. */
function lacksOfIdempotent({ security, responses }: OperationObject, parameters: Parameter[]) {
  const isSecured = security?.length && security.every((it) => Object.keys(it).length > 0)
  return [
    !isSecured && 'x-idempotent needs security that lets no anonymous caller in',
    !parameters.some((it) => it.name === 'Idempotency-Key') &&
      'x-idempotent needs the header parameter Idempotency-Key',
    !(409 in responses) && 'x-idempotent documents 409',
  ]
}

const limitHeaders = ['RateLimit', 'RateLimit-Policy']

/** Who is limited is told so, on each success and by a 429; and nobody else is. */
function checkRateLimit({ operation }: DocumentedOperation, document: Document) {
  const { 'x-rate-limit': rate, 'x-cache': cache, responses } = operation
  const isDocumented = '429' in responses
  if (rate === undefined) return [isDocumented && '429 is documented, but there is no x-rate-limit']
  const silent = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([status, it]) => {
      const { headers = {} } = follow(document, it)
      return limitHeaders.filter((name) => !(name in headers)).map((name) => `${status}: ${name}`)
    })
  return [
    !isDocumented && 'it has x-rate-limit, so it documents 429',
    cache !== undefined && 'it is cached, so it has no x-rate-limit: to count costs what it spares',
    ...silent.map((it) => `it has x-rate-limit, so it declares the header of ${it}`),
  ]
}

const isPositive = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0
const hasOnly = (value: object, keys: string[]) =>
  Object.keys(value).every((it) => keys.includes(it))

function isRatePolicy(policy: NonNullable<OperationObject['x-rate-limit']>): boolean {
  if (!hasOnly(policy, ['limit', 'window', 'by'])) return false
  return (
    isPositive(policy.limit) && isPositive(policy.window) && ['ip', 'principal'].includes(policy.by)
  )
}
