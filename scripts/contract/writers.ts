// Writes the source of the function that writes the values of a schema as JSON. It calls the functions of
// `src/lib/write-json.ts` and those of other schemas.
import { componentName, type Document, type Schema } from './document.ts'
import { quoted } from './type-source.ts'

/** The source of the function that writes a schema, with that of everything it calls. */
export function sourceOf(document: Document, schema: Schema): string {
  const components = new Map<string, string>()
  const own = reference(document, schema, components)
  return [...components.values(), own].join('\n')
}

/**
 * A function of one value for a schema: that of its component, one without a name for another object,
 * or an arrow around the expression.
 */
export function reference(
  document: Document,
  schema: Schema,
  components: Map<string, string>,
): string {
  const name = componentName(schema)
  if (name !== undefined) {
    const target = document.components.schemas[name]
    if (target === undefined)
      throw new Error(`The contract refers to the schema ${name}, which does not exist.`)
    return declared(document, name.replace(/\W/g, inIdentifier), target, components)
  }
  if (schema.oneOf !== undefined || isObject(schema))
    return declared(document, `$${components.size}`, schema, components)
  return `(v) => ${expression(document, schema, 'v', components)}`
}

const inIdentifier = (character: string) => `$${character.charCodeAt(0).toString(16)}$`

/** Adds the function of this name unless it is there, and returns what it is called. */
function declared(
  document: Document,
  name: string,
  schema: Schema,
  components: Map<string, string>,
): string {
  if (!components.has(name)) {
    components.set(name, '')
    components.set(name, `${statement(document, name, schema, components)}\n`)
  }
  return `write${name}`
}

function statement(
  document: Document,
  name: string,
  schema: Schema,
  components: Map<string, string>,
): string {
  const write = (it: Schema, value: string) => expression(document, it, value, components)
  const head = `function write${name}(v) {`
  if (schema.oneOf !== undefined) return `${head}\n${unionBody(document, schema, components)}\n}`
  if (!isObject(schema)) return `${head}\n  return ${write(schema, 'v')}\n}`
  return `${head}\n${objectBody(schema, write)}\n}`
}

const isObject = (schema: Schema) => [schema.type].flat().includes('object')

/** Required properties come first, so that every comma but those of optional ones is a constant. */
function objectBody(schema: Schema, write: (schema: Schema, value: string) => string): string {
  const names = Object.keys(schema.properties ?? {})
  const all = Object.entries(schema.properties ?? {}).filter(([, it]) => it.writeOnly !== true)
  const isRequired = ([name]: [string, Schema]) => schema.required?.includes(name) === true
  const required = all.filter(isRequired)
  const optional = all.filter((it) => !isRequired(it))
  const key = (name: string) => JSON.stringify(name)
  const value = (name: string) => `v[${key(name)}]`
  const pieces = required.map(([name, property], index) => {
    const lead = `${index === 0 ? '{' : ','}${key(name)}:`
    return `${quoted(lead)} + ${write(property, value(name))}`
  })
  const lines = [
    `  if (!object(v)) return ${isNullable(schema) ? "v === null ? 'null' : " : ''}no('an object', v)`,
  ]
  // An object of which nothing is declared is free-form.
  const { additionalProperties: others = names.length === 0 } = schema
  if (optional.length === 0 && others === false)
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
  if (others !== false) {
    const writer = others === true ? 'any' : `(it) => ${write(others, 'it')}`
    const open = required.length > 0 ? 'json' : "json || '{'"
    lines.push(`  return members(${open}, v, ${JSON.stringify(names)}, ${writer})`)
  } else {
    lines.push(required.length > 0 ? "  return json + '}'" : "  return json ? json + '}' : '{}'")
  }
  return lines.join('\n')
}

/** Writes a union as a switch on its discriminator that throws for a value without a branch. */
function unionBody(document: Document, schema: Schema, components: Map<string, string>): string {
  const { propertyName = '', mapping = {} } = schema.discriminator ?? {}
  const cases = Object.entries(mapping).map(
    ([value, $ref]) =>
      `    case ${JSON.stringify(value)}: return ${reference(document, { $ref }, components)}(v)`,
  )
  const subject = `object(v) ? v[${JSON.stringify(propertyName)}] : undefined`
  return [
    `  switch (${subject}) {`,
    ...cases,
    `    default: return no(${quoted(`one of ${Object.keys(mapping).join(', ')}`)}, v)`,
    '  }',
  ].join('\n')
}

const isNullable = (schema: Schema) => [schema.type].flat().includes('null')

function expression(
  document: Document,
  schema: Schema,
  value: string,
  components: Map<string, string>,
): string {
  if (componentName(schema) !== undefined)
    return `${reference(document, schema, components)}(${value})`
  if (schema.oneOf !== undefined || isObject(schema))
    return `${reference(document, schema, components)}(${value})`
  const plain = plainExpression(document, schema, value, components)
  return isNullable(schema) ? `(${value} === null ? 'null' : ${plain})` : plain
}

function plainExpression(
  document: Document,
  schema: Schema,
  value: string,
  components: Map<string, string>,
): string {
  const [type] = [schema.type ?? []].flat().filter((it) => it !== 'null')
  if (type === undefined && isNullable(schema)) return `no('null', ${value})`
  switch (type) {
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return `${type}(${value})`
    case 'array':
      return `array(${value}, ${schema.items ? reference(document, schema.items, components) : 'any'})`
  }
  throw new Error(`No serializer for the schema ${JSON.stringify(schema)}`)
}
