// The rules for an operation: its path, which parameters and body it takes, and which statuses it
// answers. `part-rules.ts` has the rules for these parts, `access-rules.ts` those for access.
import { type Endpoint, pathShape } from './endpoint.ts'
import { type Node, pointer } from './node.ts'
import { changed, documentationRules, type Found, only, type Rule } from './rule.ts'

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
  ...responseRule('error added', 'compatible', 'added', (status) => !isSuccess(status)),
  ...responseRule('error removed', 'compatible', 'removed', (status) => !isSuccess(status)),
]

/** The texts of an operation that people read. */
export const operationDocumentation = documentationRules('summary', 'description', 'tags')

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

/**
 * Returns whether a status is a success. A client treats an unknown error like the general error of its
 * class (RFC 9110), and gets a 304 only if it sends a condition.
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
