// The rules for the parts of an operation that both contracts have: parameters, bodies, responses and
// headers, without their schemas. `operation-rules.ts` finds added and removed parts.
import { child, type Node, pointer } from './node.ts'
import {
  always,
  changed,
  documentationRules,
  type Found,
  type Rule,
  unknownKeyRule,
} from './rule.ts'

/** Finds an added or removed schema; `schemas.ts` compares schemas. */
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

/** The rules for the content of a body or a response. */
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

function requiredRules(
  becomesRequired: 'breaking' | 'compatible',
  becomesOptional: 'breaking' | 'compatible',
): Rule<Node>[] {
  const find = (is: boolean, what: string) => (old: Node, now: Node) =>
    (now.value.required === true) === is && (old.value.required === true) !== is
      ? [{ at: now.at, what }]
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

/** Returns the keys that only one of two objects has; those of headers are case-insensitive. */
function onlyKeys(those: Node, these: Node, holder: string, word: string): Found[] {
  const [one, other] = [child(those, holder), child(these, holder)]
  const others = Object.keys(other?.value ?? {}).map((it) => it.toLowerCase())
  return Object.keys(one?.value ?? {})
    .filter((it) => !others.includes(it.toLowerCase()))
    .map((it) => ({ at: pointer(those.at, holder, it), what: `${it} is ${word}` }))
}
