// Our `x-` keys: the JSON Schema of each value, by the object that has it. Redocly refuses a value of another
// type with its place before a rule or a generator reads it; the rules check the rest of the shape; editors
// complete and check it. So all of them agree.
import type { NodeType } from '@redocly/openapi-core'
import { Ajv, type ValidateFunction } from 'ajv'

type Shape = {
  readonly type: 'object' | 'array' | 'string' | 'boolean'
  readonly description: string
  readonly [keyword: string]: unknown
}

const count = (minimum: number) => ({ type: 'integer', minimum, maximum: Number.MAX_SAFE_INTEGER })

const operation = {
  'x-cache': {
    type: 'object',
    description: 'A cached GET: docs/caching.md.',
    properties: {
      ttl: { ...count(1), description: 'For how many seconds the server keeps a response.' },
      scope: {
        enum: ['public', 'principal', 'own'],
        description: 'Who gets the same response: everyone, or one caller.',
      },
      maxAge: {
        oneOf: [count(0), { const: 'default' }],
        description: 'For how many seconds clients keep it; default means CLIENT_CACHE_MAX_AGE.',
      },
      unchanging: {
        type: 'string',
        minLength: 1,
        description: 'Why no write has to invalidate it.',
      },
    },
    additionalProperties: false,
  },
  'x-invalidates': {
    type: 'array',
    items: { type: 'string' },
    description: 'The operationIds of the reads that a write changes; [] for none.',
  },
  'x-owner': {
    type: 'string',
    description: 'The path parameter that names the owner: only they may call the operation.',
  },
  'x-rate-limit': {
    type: 'object',
    description: 'How often an operation may be called.',
    properties: {
      limit: { ...count(1), description: 'Calls in each window.' },
      window: { ...count(1), description: 'In seconds.' },
      by: { enum: ['ip', 'principal'], description: 'Counts by address, or by caller.' },
    },
    required: ['limit', 'window', 'by'],
    additionalProperties: false,
  },
  'x-idempotent': {
    type: 'boolean',
    const: true,
    description: 'A POST with an Idempotency-Key takes effect once.',
  },
  'x-indexes': {
    type: 'object',
    description:
      'The index of each combination of filters and order of a list, such as status&sort=title, and of q.',
    additionalProperties: {
      oneOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
      ],
    },
  },
} satisfies Record<string, Shape>

const others = {
  Parameter: {
    'x-set': {
      type: 'boolean',
      description:
        'Order and repetition in this list do not matter, so each spelling is cached once.',
    },
    'x-set-by-browser': {
      type: 'boolean',
      description: 'Only browsers set it: the served document leaves it out.',
    },
  },
  RequestBody: {
    'x-body-limit': {
      type: 'string',
      pattern: '^[1-9]\\d{0,3}(kB|MB|GB)$',
      description: 'The largest body instead of BODY_LIMIT_BYTES: 500kB, 10MB, 1GB.',
    },
  },
  Schema: {
    'x-open-enum': {
      type: 'boolean',
      const: true,
      description: 'More values will come: clients have to accept unknown ones.',
    },
  },
} satisfies Record<string, Record<string, Shape>>

const shapes: Record<string, Record<string, Shape>> = { Operation: operation, ...others }

type Key = keyof typeof operation | 'x-body-limit' | 'x-open-enum'

/** Returns our keys that an object of OpenAPI may have. */
export const keysOf = (type: string): string[] =>
  // The value of this one is a schema, in which Redocly follows references.
  type === 'MediaType' ? ['x-itemSchema'] : Object.keys(shapesOf(type))

/** Returns the same with the JSON Schema of each value. */
export const shapesOf = (type: string): Record<string, Shape> => shapes[type] ?? {}

const ajv = new Ajv({ strict: false })
const validators = new Map<string, ValidateFunction>(
  Object.values(shapes)
    .flatMap((it) => Object.entries(it))
    .map(([key, shape]) => [key, ajv.compile(shape)]),
)

/** Tells whether a value has the shape that the key needs. */
export const fits = (key: Key, value: unknown): boolean => validators.get(key)?.(value) === true

/**
 * Returns a pattern of the names that differ from a key in one letter, which is added, left out, replaced or
 * swapped with the next one, or in its case.
 */
export function typoPattern(key: string): string {
  const letters = [...key].map((it) => (it === '-' ? it : `[${it}${it.toUpperCase()}]`))
  const typos = letters.flatMap((letter, at) => {
    const before = letters.slice(0, at).join('')
    const [next, ...rest] = letters.slice(at + 1)
    return [
      `${before}.?${letters.slice(at + 1).join('')}`,
      `${before}.${letters.slice(at).join('')}`,
      ...(next === undefined ? [] : [`${before}${next}${letter}${rest.join('')}`]),
    ]
  })
  return `^(?!${key}$)(?:${[...typos, `${letters.join('')}.`].join('|')})$`
}

const typos = new Map<string, { readonly key: string; readonly pattern: RegExp }[]>()

/** Returns what is said of each key that is one letter off one of ours, by the key. */
export function misspelled(type: string, object: object): [key: string, message: string][] {
  const known =
    typos.get(type) ?? keysOf(type).map((key) => ({ key, pattern: new RegExp(typoPattern(key)) }))
  typos.set(type, known)
  return Object.keys(object).flatMap((found) => {
    const meant = known.find(({ pattern }) => pattern.test(found))
    if (meant === undefined) return []
    return [[found, `${found} does nothing; is ${meant.key} meant?`]]
  })
}

function redoclyType(type: string, key: string): NodeType['properties'][string] {
  const shape = shapesOf(type)[key]
  if (shape === undefined) return 'Schema'
  return { type: shape.type, ...(shape.type === 'array' && { items: { type: 'string' } }) }
}

/** Adds our keys to what Redocly knows of OpenAPI. */
export const typeExtension = {
  oas3: (types: Record<string, NodeType>): Record<string, NodeType> => {
    const extended = Object.entries(types).map(([name, type]) => {
      const own = keysOf(name).map((key) => [key, redoclyType(name, key)])
      return [name, { ...type, properties: { ...type.properties, ...Object.fromEntries(own) } }]
    })
    return Object.fromEntries(extended)
  },
}
