// Writes the source of the function that writes the values of a schema as JSON. It calls the functions of
// `src/lib/write-json.ts` and those of other schemas.
import { type Choice, choiceOf } from './choice.ts'
import {
  alternativesOf,
  type Composition,
  compose,
  isReference,
  type JsonType,
} from './composition.ts'
import { componentName, type Document, type Schema } from './document.ts'
import { quoted } from './type-source.ts'

/** The functions that are written so far. */
export interface Writers {
  readonly document: Document
  /** The source of each function by its name. */
  readonly functions: Map<string, string>
  /** The names of those of schemas without a name, by the text of the schema. */
  readonly names: Map<string, string>
  /** What generic writers validate, by the names of the validators. */
  readonly validated: Map<string, Schema>
  /** The schemas that have a generic writer. */
  readonly generic: Schema[]
}

export function openWriters(document: Document): Writers {
  const [functions, names] = [new Map<string, string>(), new Map<string, string>()]
  return { document, functions, names, validated: new Map(), generic: [] }
}

/** The source of the function that writes a schema, with that of everything it calls. */
export function sourceOf(document: Document, schema: Schema): string {
  const writers = openWriters(document)
  const own = reference(writers, schema)
  const validated = writers.validated.size > 0 ? [JSON.stringify(document.components.schemas)] : []
  return [...writers.functions.values(), ...validated, own].join('\n')
}

/**
 * Returns a function of one value for a schema: that of its component, one without a name for another
 * object, or an arrow around the expression.
 */
export function reference(writers: Writers, schema: Schema): string {
  const name = componentName(schema)
  const own = name !== undefined && writers.document.components.schemas[name]
  if (own && isReference(schema)) return declared(writers, name.replace(/\W/g, inIdentifier), own)
  const composed = compose(writers.document, schema)
  if (isReference(schema) || composed.groups.length > 0 || hasMembers(composed))
    return declared(writers, nameOf(writers, schema), schema)
  return `(v) => ${byType(writers, composed, 'v')}`
}

const inIdentifier = (character: string) => `$${character.charCodeAt(0).toString(16)}$`

/** Returns the name of the function of a schema that is no component. */
function nameOf({ functions, names }: Writers, schema: Schema): string {
  const text = JSON.stringify(schema)
  const name = names.get(text) ?? `$${functions.size}`
  names.set(text, name)
  return name
}

/** Adds the function of this name unless it is there, and returns what it is called. */
function declared(writers: Writers, name: string, schema: Schema): string {
  if (!writers.functions.has(name)) {
    writers.functions.set(name, '')
    writers.functions.set(name, `${statement(writers, name, schema)}\n`)
  }
  return `write${name}`
}

function statement(writers: Writers, name: string, schema: Schema): string {
  const composed = compose(writers.document, schema)
  const head = `function write${name}(v) {`
  if (composed.groups.length > 0) return `${head}\n${unionBody(writers, schema, composed)}\n}`
  if (!hasMembers(composed)) return `${head}\n  return ${byType(writers, composed, 'v')}\n}`
  return `${head}\n${objectBody(writers, composed)}\n}`
}

/** Writes a value by the alternatives that it fits, and throws for one that fits none. */
function unionBody(writers: Writers, schema: Schema, composed: Composition): string {
  const choice = choiceOf(writers.document, schema)
  if (choice === undefined) return `  return ${genericCall(writers, schema, composed)}`
  const { scalars, array, object } = choice
  const lines: string[] = []
  const types = array ? [...scalars, 'array' as const] : scalars
  const own = scalars.map((type) => [type, type === 'null' ? "'null'" : `${type}(v)`] as const)
  const all = array ? [...own, ['array', expression(writers, array, 'v')] as const] : own
  if (object === undefined) return `  return ${chain(all, 'v', wrong(types, 'v'))}`
  if (all.length > 0)
    lines.push(`  if (!object(v)) return ${chain(all, 'v', wrong([...types, 'object'], 'v'))}`)
  return [...lines, ...objectChoice(writers, object, all.length > 0)].join('\n')
}

function objectChoice(
  writers: Writers,
  object: NonNullable<Choice['object']>,
  isObject: boolean,
): string[] {
  const write = (it: Schema) => expression(writers, it, 'v')
  if ('cases' in object) {
    const member = `v[${JSON.stringify(object.tag)}]`
    const values = object.cases.map(([value]) => value)
    return [
      `  switch (${isObject ? member : `object(v) ? ${member} : undefined`}) {`,
      ...object.cases.map(
        ([value, it]) => `    case ${JSON.stringify(value)}: return ${write(it)}`,
      ),
      `    default: return no(${quoted(`one of ${values.join(', ')}`)}, v)`,
      '  }',
    ]
  }
  if (!('marks' in object)) return [`  return ${write(object)}`]
  return [
    ...(isObject ? [] : ["  if (!object(v)) return no('an object', v)"]),
    ...object.marks.map(([name, it]) => {
      return `  if (v[${JSON.stringify(name)}] !== undefined) return ${write(it)}`
    }),
    `  return ${write(object.last)}`,
  ]
}

/** Returns a call that validates the value and writes it by each alternative that it fits. */
function genericCall(writers: Writers, schema: Schema, { groups }: Composition): string {
  writers.generic.push(schema)
  const validator = (it: Schema) => {
    const name = `valid${writers.validated.size}`
    writers.validated.set(name, it)
    return name
  }
  const whole = validator(schema)
  const alternatives = groups
    .flatMap((group) =>
      alternativesOf(writers.document, schema, group).map(
        (it, index) => [group[index] ?? {}, it] as const,
      ),
    )
    .map(([test, it]) => `[${validator(test)}, ${reference(writers, it)}]`)
  return `fitting(v, ${whole}, [${alternatives.join(', ')}])`
}

const hasMembers = ({ types, isDeclared, values }: Composition) =>
  types.includes('object') && isDeclared.object && !hasLiterals(values)

/** Required properties come first, so that every comma but those of optional ones is a constant. */
function objectBody(writers: Writers, composed: Composition): string {
  const write = (it: Schema, value: string) => expression(writers, it, value)
  const names = Object.keys(composed.members)
  const all = Object.entries(composed.members).filter(([, it]) => !isWriteOnly(it))
  const isRequired = ([name]: [string, Schema]) => composed.required.includes(name)
  const required = all.filter(isRequired)
  const optional = all.filter((it) => !isRequired(it))
  const key = (name: string) => JSON.stringify(name)
  const value = (name: string) => `v[${key(name)}]`
  const pieces = required.map(([name, property], index) => {
    const lead = `${index === 0 ? '{' : ','}${key(name)}:`
    return `${quoted(lead)} + ${write(property, value(name))}`
  })
  const types = composed.types.filter((it) => it !== 'object')
  const lines = [`  if (!object(v)) return ${unless(writers, { ...composed, types })}`]
  const { others, patterns } = composed
  const isClosed = others === false && patterns.length === 0
  if (optional.length === 0 && isClosed)
    return [
      ...lines,
      `  return ${[...pieces, required.length ? "'}'" : "'{}'"].join(' +\n    ')}`,
    ].join('\n')
  lines.push(`  let json = ${pieces.join(' +\n    ') || "''"}`)
  const comma = required.length > 0 ? '' : "(json ? ',' : '{') + "
  for (const [name, property] of optional) {
    const lead = comma + quoted(`${comma === '' ? ',' : ''}${key(name)}:`)
    lines.push(
      `  if (${value(name)} !== undefined) json += ${lead} + ${write(property, value(name))}`,
    )
  }
  if (isClosed) {
    lines.push(required.length > 0 ? "  return json + '}'" : "  return json ? json + '}' : '{}'")
  } else {
    const open = required.length > 0 ? 'json' : "json || '{'"
    lines.push(
      `  return members(${open}, v, ${JSON.stringify(names)}, ${memberWriter(writers, composed)})`,
    )
  }
  return lines.join('\n')
}

const isWriteOnly = (schema: Schema) =>
  [schema, ...(schema.allOf ?? [])].some((it) => it.writeOnly === true)

/** Returns a function that writes a member without a declaration, or leaves it out. */
function memberWriter(writers: Writers, { others, patterns }: Composition): string {
  const rest = others === false ? 'undefined' : functionOf(writers, others)
  if (patterns.length === 0) return rest
  const name = `patterns${writers.functions.size}`
  writers.functions.set(name, '')
  const pairs = patterns.map(([pattern, it]) => {
    return `[new RegExp(${JSON.stringify(pattern)}, 'u'), ${functionOf(writers, it)}]`
  })
  writers.functions.set(name, `const ${name} = [${pairs.join(', ')}]\n`)
  return `(it, name) => byName(it, name, ${name}, ${rest})`
}

function functionOf(writers: Writers, schema: Schema): string {
  const written = expression(writers, schema, 'it')
  return written === 'any(it)' ? 'any' : `(it) => ${written}`
}

/** Returns an expression for a value that is no object. */
function unless(writers: Writers, composed: Composition): string {
  const { types } = composed
  if (types.length === 0) return "no('an object', v)"
  if (types.length === 1 && types[0] === 'null') return "v === null ? 'null' : no('an object', v)"
  return byType(writers, composed, 'v', ['object'])
}

function expression(writers: Writers, schema: Schema, value: string): string {
  if (!isReference(schema)) {
    const composed = compose(writers.document, schema)
    if (composed.groups.length === 0 && !hasMembers(composed))
      return byType(writers, composed, value)
  }
  return `${reference(writers, schema)}(${value})`
}

const tests: Readonly<Record<JsonType, (value: string) => string>> = {
  null: (value) => `${value} === null`,
  boolean: (value) => `typeof ${value} === 'boolean'`,
  integer: (value) => `typeof ${value} === 'number'`,
  number: (value) => `typeof ${value} === 'number'`,
  string: (value) => `typeof ${value} === 'string'`,
  array: (value) => `Array.isArray(${value})`,
  object: (value) => `object(${value})`,
}

/** Returns an expression that writes a value by its type; `others` names types that are written elsewhere. */
function byType(
  writers: Writers,
  composed: Composition,
  value: string,
  others: readonly JsonType[] = [],
): string {
  const { types, values } = composed
  if (hasLiterals(values))
    return `literal(${value}, ${JSON.stringify(values?.map((it) => JSON.stringify(it)))})`
  const own = types.map((type) => [type, byOneType(writers, composed, value, type)] as const)
  const free = own.filter(([, written]) => written === `any(${value})`)
  const isAny = types.length + others.length === Object.keys(tests).length - 1
  if (isAny && free.length > 0) {
    const declaredTypes = own.filter(
      ([type]) => type === 'array' && !free.some(([it]) => it === type),
    )
    return chain(declaredTypes, value, `any(${value})`)
  }
  const isNullable = types.includes('null')
  const [only, ...more] = own.filter(([type]) => type !== 'null')
  const nulls = isNullable ? own.filter(([type]) => type === 'null') : []
  if (only !== undefined && more.length === 0 && others.length === 0)
    return chain(nulls, value, only[1])
  return chain(own, value, wrong([...others, ...types], value))
}

const wrong = (types: readonly JsonType[], value: string) =>
  `no(${quoted(types.map((it) => named[it]).join(' or ') || 'nothing')}, ${value})`

function chain(
  all: readonly (readonly [JsonType, string])[],
  value: string,
  otherwise: string,
): string {
  if (all.length === 0) return otherwise
  return `(${all.map(([type, written]) => `${tests[type](value)} ? ${written} : `).join('')}${otherwise})`
}

const named: Readonly<Record<JsonType, string>> = {
  null: 'null',
  boolean: 'a boolean',
  integer: 'an integer',
  number: 'a number',
  string: 'a string',
  array: 'an array',
  object: 'an object',
}

function byOneType(writers: Writers, composed: Composition, value: string, type: JsonType) {
  if (type === 'null') return "'null'"
  if (type === 'object') return `any(${value})`
  if (type !== 'array') return `${type}(${value})`
  if (!composed.isDeclared.array) return `any(${value})`
  const { items, prefix } = composed
  if (prefix.length > 0) {
    const first = prefix.map((it) => functionOf(writers, it)).join(', ')
    return `tuple(${value}, [${first}], ${functionOf(writers, items)})`
  }
  return `array(${value}, ${reference(writers, items)})`
}

/** Tells whether one of the values of an enum is an object or a list. */
const hasLiterals = (values: readonly unknown[] = []) =>
  values.some((it) => typeof it === 'object' && it !== null)
