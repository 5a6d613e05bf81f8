// The rules for an operation and its parts, but for its schemas: where it is, what is sent to it,
// what it answers. Who may call it and its policies are in `access-rules.ts`.
import { type Endpoint, pathShape } from './endpoint.ts'
import { child, type Node, pointer } from './node.ts'
import {
  always,
  changed,
  documentationRules,
  type Found,
  only,
  type Rule,
  unknownKeyRule,
} from './rule.ts'

export const operationRules: readonly Rule<Endpoint>[] = [
  { name: 'path changed', operation: 'breaking', find: (old, now) => moved(old, now, 'path') },
  {
    name: 'path parameter renamed',
    operation: 'compatible',
    find: (old, now) =>
      old.path === now.path || pathShape(old.path) !== pathShape(now.path)
        ? []
        : [{ at: now.at, what: `${old.path} became ${now.path}` }],
  },
  { name: 'method changed', operation: 'breaking', find: (old, now) => moved(old, now, 'method') },
  { name: 'operationId changed', operation: 'breaking', find: changed('operationId') },
  { name: 'operation deprecated', operation: 'compatible', find: changed('deprecated') },
  {
    name: 'required parameter added',
    request: 'breaking',
    find: (old, now) => newParameters(old, now, true),
  },
  {
    name: 'optional parameter added',
    request: 'compatible',
    find: (old, now) => newParameters(old, now, false),
  },
  {
    name: 'parameter removed',
    request: 'breaking',
    find: (old, now) => parametersOnly(old, now).map((it) => found(it, `${named(it)} is removed`)),
  },
  {
    name: 'required body added',
    request: 'breaking',
    find: ({ body: old }, { body: now }) =>
      now && !old && now.value.required === true ? [found(now, 'a required body is new')] : [],
  },
  {
    name: 'optional body added',
    request: 'compatible',
    find: ({ body: old }, { body: now }) =>
      now && !old && now.value.required !== true ? [found(now, 'an optional body is new')] : [],
  },
  {
    name: 'body removed',
    request: 'breaking',
    find: ({ body: old }, { body: now }) => (old && !now ? [found(old, 'the body is gone')] : []),
  },
  ...responseRule('success added', 'breaking', 'added', isSuccess),
  ...responseRule('success removed', 'breaking', 'removed', isSuccess),
  ...responseRule('refusal added', 'compatible', 'added', (status) => !isSuccess(status)),
  ...responseRule('refusal removed', 'compatible', 'removed', (status) => !isSuccess(status)),
]

/** What an operation says of itself to people. */
export const operationDocumentation = documentationRules('summary', 'description', 'tags')

/** What a schema says is compared by `schemas.ts`; here, whether there is one. */
const schemaRule: Rule<Node> = {
  name: 'schema introduced or dropped',
  ...always('breaking'),
  find: changed('schema', (old, now) => old === undefined || now === undefined),
}

export const parameterRules: readonly Rule<Node>[] = [
  schemaRule,
  ...requiredRules('breaking', 'compatible'),
  { name: 'parameter deprecated', ...always('compatible'), find: changed('deprecated') },
  ...documentationRules('description', 'example', 'examples'),
  unknownKeyRule(
    ...['name', 'in', 'required', 'schema', 'deprecated', 'description', 'example', 'examples'],
  ),
]

export const bodyRules: readonly Rule<Node>[] = [
  ...requiredRules('breaking', 'compatible'),
  ...documentationRules('description'),
  unknownKeyRule('required', 'content', 'description'),
]

/** For what has content: a body or a response. */
export const contentRules: readonly Rule<Node>[] = [
  {
    name: 'media type removed',
    ...always('breaking'),
    find: (old, now) => onlyKeys(old, now, 'content', 'removed'),
  },
  {
    name: 'media type added',
    ...always('compatible'),
    find: (old, now) => onlyKeys(now, old, 'content', 'added'),
  },
]

export const mediaTypeRules: readonly Rule<Node>[] = [
  schemaRule,
  ...documentationRules('example', 'examples'),
  unknownKeyRule('schema', 'example', 'examples'),
]

export const responseRules: readonly Rule<Node>[] = [
  {
    name: 'header removed',
    response: 'breaking',
    find: (old, now) => onlyKeys(old, now, 'headers', 'removed'),
  },
  {
    name: 'header added',
    response: 'compatible',
    find: (old, now) => onlyKeys(now, old, 'headers', 'added'),
  },
  ...documentationRules('description'),
  unknownKeyRule('headers', 'content', 'description'),
]

export const headerRules: readonly Rule<Node>[] = [
  schemaRule,
  ...requiredRules('compatible', 'breaking'),
  { name: 'header deprecated', ...always('compatible'), find: changed('deprecated') },
  ...documentationRules('description', 'example', 'examples'),
  unknownKeyRule('required', 'schema', 'deprecated', 'description', 'example', 'examples'),
]

const found = ({ at }: Node, what: string): Found => ({ at, what })
const named = ({ value }: Node) => `the ${value.in} parameter ${value.name}`

function moved(old: Endpoint, now: Endpoint, key: 'path' | 'method'): Found[] {
  const shown = key === 'path' ? pathShape : String
  if (shown(old[key]) === shown(now[key])) return []
  return [{ at: now.at, what: `${old[key]} became ${now[key]}` }]
}

const parametersOnly = (those: Endpoint, these: Endpoint) =>
  only(those.parameters, these.parameters).map(([, it]) => it)

function newParameters(old: Endpoint, now: Endpoint, required: boolean): Found[] {
  return parametersOnly(now, old)
    .filter((it) => (it.value.required === true) === required)
    .map((it) => found(it, `${named(it)} is new, ${required ? 'required' : 'optional'}`))
}

function requiredRules(
  becomesRequired: 'breaking' | 'compatible',
  becomesOptional: 'breaking' | 'compatible',
): Rule<Node>[] {
  const find = (is: boolean, what: string) => (old: Node, now: Node) =>
    (now.value.required === true) === is && (old.value.required === true) !== is
      ? [found(now, what)]
      : []
  return [
    {
      name: 'became required',
      ...always(becomesRequired),
      find: find(true, 'became required'),
    },
    {
      name: 'became optional',
      ...always(becomesOptional),
      find: find(false, 'became optional'),
    },
  ]
}

/**
 * RFC 9110 has a client take a refusal that it does not know for the general one of its class; and
 * only who asks whether something has changed gets a 304.
 */
function isSuccess(status: string): boolean {
  return /^[1-3]/.test(status) && status !== '304'
}

function responseRule(
  name: string,
  response: 'breaking' | 'compatible',
  word: 'added' | 'removed',
  isMeant: (status: string) => boolean,
): Rule<Endpoint>[] {
  const find = (old: Endpoint, now: Endpoint) => {
    const [those, these] = word === 'added' ? [now, old] : [old, now]
    return only(those.responses, these.responses)
      .filter(([status]) => isMeant(status))
      .map(([status]) => ({
        at: pointer(those.at, 'responses', status),
        what: `the answer ${status} is ${word}`,
      }))
  }
  return [{ name, response, find }]
}

/** The keys of an object within each that only the one has; the case of a header's says nothing. */
function onlyKeys(those: Node, these: Node, holder: string, word: string): Found[] {
  const [one, other] = [child(those, holder), child(these, holder)]
  const others = Object.keys(other?.value ?? {}).map((it) => it.toLowerCase())
  return Object.keys(one?.value ?? {})
    .filter((it) => !others.includes(it.toLowerCase()))
    .map((it) => ({ at: pointer(those.at, holder, it), what: `${it} is ${word}` }))
}
