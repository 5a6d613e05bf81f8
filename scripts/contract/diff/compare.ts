// Compares two contracts: pairs their operations and compares the parts of each, requests and responses
// separately. The tables of rules say what a difference means.
import type { Document } from '../document.ts'
import { accessRules } from './access-rules.ts'
import { type Endpoint, endpointsOf, pair } from './endpoint.ts'
import { child, children, type Node, pointer, same } from './node.ts'
import { operationDocumentation, operationRules } from './operation-rules.ts'
import {
  bodyRules,
  contentRules,
  headerRules,
  mediaTypeRules,
  parameterRules,
  responseRules,
  schemaKeys,
} from './part-rules.ts'
import {
  always,
  applyRules,
  type Change,
  changed,
  documentationRules,
  only,
  type Rule,
  unknownKeyRule,
} from './rule.ts'
import { compareSchemas, type Scope } from './schemas.ts'
import { type SentRequest, sentBy, sentRules } from './sent.ts'

/**
 * Returns the differences between two bundled contracts for users and readers, in the order of the new
 * one. Files and names of components do not count.
 * @throws Error that names a reference that leads nowhere
 */
export function compareContracts(before: Document, after: Document): Change[] {
  const { pairs, added } = pair(endpointsOf(before), endpointsOf(after))
  const contracts = { before, after }
  return [
    ...compareDocuments(before, after),
    ...pairs.flatMap(([old, now]) =>
      now ? compareOperations(old, now, contracts) : [lone('operation removed', 'breaking', old)],
    ),
    ...added.map((it) => lone('operation added', 'compatible', it)),
    ...compareSent(before, after),
  ]
}

function lone(rule: string, meaning: Change['class'], { id, at, method, path }: Endpoint): Change {
  const what = `${method.toUpperCase()} ${path} is ${rule.split(' ')[1]}`
  return { operationId: id, side: 'operation', at, what, class: meaning, rule }
}

const serverRules: readonly Rule<Node>[] = [
  { name: 'base path changed', ...always('breaking'), find: changed('url') },
  ...documentationRules('description'),
  unknownKeyRule('url', 'description'),
]

/** Clients that use another server than the first one have to know. */
const otherServers: Rule<Node> = {
  name: 'other servers changed',
  ...always('documentation'),
  find: (before, after) => {
    const [old, now] = [before, after].map(({ value }) => Object.values(value).slice(1))
    return same(old, now) ? [] : [{ at: after.at, what: 'others than the first one changed' }]
  },
}

/** Compares what concerns every operation: the base path, and how the contract describes itself. */
function compareDocuments(before: Document, after: Document): Change[] {
  const [old, now] = [before, after].map((it): Node => ({ value: { ...it }, at: '#' }))
  if (old === undefined || now === undefined) return []
  const all = { operationId: '', side: 'operation' } as const
  const info = ['title', 'summary', 'description', 'contact', 'license', 'termsOfService']
  return [
    ...both(deep(old, 'servers', 0), deep(now, 'servers', 0), (one, other) =>
      applyRules(serverRules, one, other, all),
    ),
    ...both(child(old, 'info'), child(now, 'info'), (one, other) =>
      applyRules(documentationRules(...info), one, other, all),
    ),
    ...applyRules(documentationRules('tags', 'externalDocs'), old, now, all),
    ...both(child(old, 'servers'), child(now, 'servers'), (one, other) =>
      applyRules([otherServers], one, other, all),
    ),
    ...inPairs(schemesOf(before), schemesOf(after), (one, other) =>
      applyRules(documentationRules('description', 'bearerFormat'), one, other, all),
    ),
  ]
}

function schemesOf(document: Document): Map<string, Node> {
  const components: Node = { value: document.components, at: pointer('#', 'components') }
  return children(document, components, 'securitySchemes')
}

const deep = (node: Node, key: string, index: number) => {
  const holder = child(node, key)
  return holder && child(holder, index)
}

function compareOperations(
  old: Endpoint,
  now: Endpoint,
  contracts: Pick<Scope, 'before' | 'after'>,
): Change[] {
  const scope = (side: Change['side']): Scope => ({
    ...contracts,
    operationId: now.id,
    side,
    seen: new Set(),
    tested: new Set(),
  })
  const rules = [...operationRules, ...accessRules]
  const [operation, request, response] = [scope('operation'), scope('request'), scope('response')]
  return [
    ...applyRules(rules, old, now, operation),
    ...applyRules(rules, old, now, request),
    ...inPairs(old.parameters, now.parameters, (one, other) => [
      ...applyRules(parameterRules, one, other, request),
      ...compareSchemaOf(one, other, request),
      ...compareContents(one, other, request),
    ]),
    ...both(old.body, now.body, (one, other) => [
      ...applyRules(bodyRules, one, other, request),
      ...compareContents(one, other, request),
    ]),
    ...applyRules(rules, old, now, response),
    ...inPairs(old.responses, now.responses, (one, other) => [
      ...applyRules(responseRules, one, other, response),
      ...inPairs(headersOf(one, old), headersOf(other, now), (header, changedOne) => [
        ...applyRules(headerRules, header, changedOne, response),
        ...compareSchemaOf(header, changedOne, response),
      ]),
      ...compareContents(one, other, response),
    ]),
    ...applyRules(operationDocumentation, old, now, operation),
    ...applyRules([unknownOperationKey], old, now, operation),
  ]
}

const unknownOperationKey = unknownKeyRule(
  ...['operationId', 'deprecated', 'summary', 'description', 'tags', 'security'],
  ...['parameters', 'requestBody', 'responses', 'callbacks'],
  ...['x-owner', 'x-rate-limit', 'x-idempotent', 'x-cache', 'x-invalidates'],
  // Clients do not see it.
  'x-indexes',
)

/** Compares webhooks and callbacks, which have no operation to count for. */
function compareSent(before: Document, after: Document): Change[] {
  const [old, now] = [sentBy(before), sentBy(after)]
  const one = (rule: string, meaning: Change['class'], [name, { at }]: [string, Node]): Change => ({
    ...{ operationId: name, side: 'operation', at, class: meaning, rule },
    what: `${name} is ${rule.split(' ')[1]}`,
  })
  return [
    ...only(old, now).map((it) => one('webhook removed', 'breaking', it)),
    ...only(now, old).map((it) => one('webhook added', 'compatible', it)),
    ...[...old].flatMap(([name, request]) => {
      const other = now.get(name)
      return other ? compareRequests(request, other, { before, after, operationId: name }) : []
    }),
  ]
}

function compareRequests(
  old: SentRequest,
  now: SentRequest,
  contracts: Pick<Scope, 'before' | 'after' | 'operationId'>,
): Change[] {
  const scope = (side: Change['side']) => ({
    ...contracts,
    ...{ side, seen: new Set<string>(), tested: new Set<string>() },
  })
  const [received, answered] = [scope('response'), scope('request')]
  return [
    ...applyRules(sentRules, old, now, scope('operation')),
    ...inPairs(old.parameters, now.parameters, (one, other) => [
      ...applyRules(headerRules, one, other, received),
      ...compareSchemaOf(one, other, received),
      ...compareContents(one, other, received),
    ]),
    ...both(old.body, now.body, (one, other) => [
      ...applyRules(bodyRules, one, other, received),
      ...compareContents(one, other, received),
    ]),
    ...inPairs(old.responses, now.responses, (one, other) => [
      ...applyRules(responseRules, one, other, answered),
      ...compareContents(one, other, answered),
    ]),
  ]
}

/** The names of headers are case-insensitive. */
function headersOf(response: Node, { document }: Endpoint): Map<string, Node> {
  const headers = children(document, response, 'headers')
  return new Map([...headers].map(([name, it]) => [name.toLowerCase(), it]))
}

function compareContents(one: Node, other: Node, scope: Scope): Change[] {
  return [
    ...applyRules(contentRules, one, other, scope),
    ...inPairs(
      children(scope.before, one, 'content'),
      children(scope.after, other, 'content'),
      (media, changedOne) => [
        ...applyRules(mediaTypeRules, media, changedOne, scope),
        ...compareSchemaOf(media, changedOne, scope),
      ],
    ),
  ]
}

function compareSchemaOf(one: Node, other: Node, scope: Scope): Change[] {
  return schemaKeys.flatMap((key) =>
    both(child(one, key), child(other, key), (old, now) => compareSchemas(old, now, scope)),
  )
}

function inPairs(
  old: ReadonlyMap<string, Node>,
  now: ReadonlyMap<string, Node>,
  compare: (one: Node, other: Node) => Change[],
): Change[] {
  return [...old].flatMap(([key, one]) => both(one, now.get(key), compare))
}

function both(
  one: Node | undefined,
  other: Node | undefined,
  compare: (one: Node, other: Node) => Change[],
): Change[] {
  return one && other ? compare(one, other) : []
}
