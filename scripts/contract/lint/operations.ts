// Rules for an operation as such: its name, who may call it and its request body.
import { isBodiless, isXml, leftOutTypes, sentTypes, typeName, unreadForms } from '../bodies.ts'
import {
  type Document,
  type DocumentedOperation,
  follow,
  methods,
  type ResponseObject,
} from '../document.ts'
import { fits } from '../extensions.ts'
import { type Finding, type Message, operationRule, type Rule, textsOf } from './rule.ts'

export const operationRules: readonly Rule[] = [
  {
    id: 'engine/method',
    summary: 'An operation has a method that the engine answers.',
    check: checkMethods,
  },
  operationRule(
    'style/operation-verb',
    'An operationId begins with a verb that the team has agreed on.',
    ({ operation: { operationId: id = '' } }, _, options) => {
      const verbs = textsOf(options, 'verbs', ['list', 'get', 'create', 'update', 'delete'])
      const names = textsOf(options, 'names', [])
      const begins = verbs.some((it) => id.startsWith(it) && /^[A-Z]/.test(id.slice(it.length)))
      if (begins || names.includes(id)) return []
      const message = `operationId must begin with ${verbs.join(', ')}, or be one of names in redocly.yaml`
      return [{ below: ['operationId'], message }]
    },
  ),
  {
    // The document that the engine reads has it at each operation.
    isForSource: true,
    ...operationRule(
      'style/security',
      'An operation states its own security.',
      ({ operation: { security } }) => [
        security === undefined &&
          'security is missing; an operation that is open to everyone says security: []',
      ],
    ),
  },
  operationRule(
    'engine/owner',
    'x-owner names a path parameter, on an operation that no anonymous client can call.',
    checkOwner,
  ),
  operationRule(
    'engine/request-body',
    'A request body has media types that the engine reads, and a GET or HEAD has none.',
    checkBody,
  ),
  {
    isWarning: true,
    // The document that the engine reads is without them.
    isForSource: true,
    ...operationRule(
      'engine/left-out-type',
      'Nothing that is declared of a body is left out.',
      checkLeftOut,
    ),
  },
]

/** Tells whether security lets no anonymous client in. */
export function isSecured({ security = [] }: DocumentedOperation['operation']): boolean {
  return security.length > 0 && security.every((it) => Object.keys(it).length > 0)
}

/** What a path item may have beside its operations. */
const pathItemKeys = ['$ref', 'summary', 'description', 'servers', 'parameters']

function checkMethods(document: Document): Finding[] {
  const answered: readonly string[] = [...methods, ...pathItemKeys]
  return Object.entries(document.paths).flatMap(([path, item]) => {
    const unknown = Object.keys(item).filter((it) => !answered.includes(it) && !/^x-/.test(it))
    return unknown.map((it) => ({
      at: ['paths', path, it],
      message: `the engine answers ${methods.join(', ')}, not ${it}`,
    }))
  })
}

function checkOwner({ operation, parameters }: DocumentedOperation, document: Document): Message[] {
  const { 'x-owner': owner } = operation
  if (owner === undefined) return []
  const isParameter = parameters.some((it) => it.in === 'path' && it.name === owner)
  // On a path without the parameter, the resource belongs to the caller.
  const isElsewhere = Object.keys(document.paths).some((it) => it.includes(`{${owner}}`))
  const below = ['x-owner']
  return [
    !isSecured(operation) && {
      below,
      message: 'x-owner needs security that lets no anonymous client in',
    },
    !isParameter &&
      !isElsewhere && { below, message: `x-owner names ${owner}, which is no path parameter` },
  ]
}

function checkBody({ method, operation }: DocumentedOperation, document: Document): Message[] {
  const { requestBody } = operation
  if (requestBody === undefined) return []
  const below = ['requestBody']
  // koa-body reads bodies of no other methods.
  if (!['post', 'put', 'patch', 'delete'].includes(method)) {
    const name = method.toUpperCase()
    return [{ below, message: `${name} has no requestBody; use query parameters` }]
  }
  const { content, 'x-body-limit': size } = follow(document, requestBody)
  const keys = Object.keys(content)
  const read = sentTypes(document, operation).map(({ key }) => key)
  const names = keys.map(typeName)
  return [
    size !== undefined &&
      !fits('x-body-limit', size) && {
        below: [...below, 'x-body-limit'],
        message: 'x-body-limit must be a size such as 500kB, 10MB or 1GB',
      },
    keys.length === 0 && { below, message: 'the body has no media type' },
    ...unreadForms(document, operation).map((it) => ({ ...it, below: [...below, ...it.below] })),
    ...keys.map((key, index) => {
      const at = [...below, 'content', key]
      if (!read.includes(key)) {
        return { below: at, message: `the engine does not read ${key} into this schema` }
      }
      const isRepeated = names.indexOf(typeName(key)) !== index
      return isRepeated && { below: at, message: `${key} differs from another in parameters alone` }
    }),
  ]
}

function checkLeftOut({ method, operation }: DocumentedOperation, document: Document): Message[] {
  const { requestBody, responses } = operation
  const answered = Object.entries(responses ?? {}).map(
    ([status, it]) => [['responses', status], it] as const,
  )
  const all = requestBody ? [[['requestBody'], requestBody] as const, ...answered] : answered
  return all.flatMap(([below, it]) => {
    const { content = {} } = follow<Pick<ResponseObject, 'content'>>(document, it)
    const [, status] = below
    if (status !== undefined && isBodiless(method, status)) {
      const message = `the content is left out: a ${status} of ${method.toUpperCase()} has no body`
      return Object.keys(content).length > 0 && { below: [...below, 'content'], message }
    }
    return leftOutTypes(document, content).map((key) => ({
      below: [...below, 'content', key],
      message: isXml(typeName(key))
        ? `${key} is left out: the engine neither reads nor writes XML`
        : `${key} is left out: it is text or bytes, so its schema has type: string`,
    }))
  })
}
