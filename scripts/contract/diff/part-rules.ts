// The rules for the parts of an operation that both contracts have: parameters, bodies, responses and
// headers, without their schemas. `operation-rules.ts` finds added and removed parts.
import { bytesOf } from '../bodies.ts'
import { child, type Node, pointer } from './node.ts'
import {
  always,
  changed,
  documentationRules,
  type Found,
  type Rule,
  unknownKeyRule,
} from './rule.ts'

/** The keys under which a parameter, a header or a media type has a schema. */
export const schemaKeys = ['schema', 'itemSchema', 'x-itemSchema']

/** Finds an added or removed schema; `schemas.ts` compares schemas. */
const schemaRule: Rule<Node> = {
  name: 'schema introduced or dropped',
  ...always('breaking'),
  find: (before, after) =>
    schemaKeys.flatMap((key) =>
      changed(key, (old, now) => old === undefined || now === undefined)(before, after),
    ),
}

const serializationRules: readonly Rule<Node>[] = [
  { name: 'style changed', ...always('breaking'), find: restyled },
  { name: 'leniency added', ...always('compatible'), find: leniency((now) => now) },
  { name: 'leniency removed', ...always('breaking'), find: leniency((now) => !now) },
]
/** What lets a client write the same value in more ways. */
const lenient = ['allowReserved', 'allowEmptyValue', 'x-set']
const serializationKeys = ['style', 'explode', 'content', ...lenient]

export const parameterRules: readonly Rule<Node>[] = [
  schemaRule,
  ...requiredRules('breaking', 'compatible'),
  { name: 'parameter deprecated', ...always('compatible'), find: changed('deprecated') },
  ...serializationRules,
  ...documentationRules('description', 'example', 'examples'),
  unknownKeyRule(
    ...['name', 'in', 'required', 'schema', 'deprecated', 'description', 'example', 'examples'],
    ...serializationKeys,
  ),
]

export const bodyRules: readonly Rule<Node>[] = [
  ...requiredRules('breaking', 'compatible'),
  { name: 'body limit lowered', ...always('breaking'), find: limited((old, now) => now < old) },
  { name: 'body limit raised', ...always('compatible'), find: limited((old, now) => now > old) },
  ...documentationRules('description'),
  unknownKeyRule('required', 'content', 'description', 'x-body-limit'),
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
  unknownKeyRule(...schemaKeys, 'example', 'examples'),
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
  ...serializationRules,
  ...documentationRules('description', 'example', 'examples'),
  unknownKeyRule(
    ...['required', 'schema', 'deprecated', 'description', 'example', 'examples'],
    ...serializationKeys,
  ),
]

/** Finds another style than before, where the defaults of OpenAPI are styles like any other. */
function restyled(before: Node, after: Node): Found[] {
  const [old, now] = [styleOf(before), styleOf(after)]
  return old === now ? [] : [{ at: after.at, what: `${old} became ${now}` }]
}

function styleOf({ value }: Node): string {
  const isForm = value.in === 'query' || value.in === 'cookie'
  const { style = isForm ? 'form' : 'simple' } = value
  const { explode = style === 'form' } = value
  return `${style}${explode ? ' with explode' : ''}`
}

function leniency(isThat: (now: boolean) => boolean) {
  return (before: Node, after: Node): Found[] =>
    lenient.flatMap((key) =>
      changed(key, (old, now) => (old === true) !== (now === true) && isThat(now === true))(
        before,
        after,
      ),
    )
}

/** What a body may have where the contract says nothing and the service has its default limit. */
const usualLimit = 1_048_576

function limited(isThat: (old: number, now: number) => boolean) {
  const bytes = (size: unknown) => bytesOf(String(size)) ?? usualLimit
  return changed('x-body-limit', (old, now) => isThat(bytes(old), bytes(now)))
}

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
