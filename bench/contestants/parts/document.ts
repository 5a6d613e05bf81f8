// The contract for contestants that read a document, in OpenAPI 3.0 for those that do not support 3.1,
// and single schemas without references for those that take schemas.
import { storable } from './formats.ts'
import { type Document, contract as served } from './settings.ts'

const { PostText, ...schemas } = served.components.schemas ?? {}

/** The contract, in which the longest text has the format that the service checks in every text. */
const contract: Document = {
  ...served,
  components: {
    ...served.components,
    schemas: { ...schemas, PostText: { ...PostText, format: storable } },
  },
}

/** Returns the contract with an absolute token URL, as a strict validator requires. */
export function strictDocument(): object {
  return absolute(contract) as object
}

function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, it]) => [
      key,
      key === 'tokenUrl' ? new URL(String(it), 'http://127.0.0.1/').href : absolute(it),
    ]),
  )
}

/**
 * Returns the contract in OpenAPI 3.0. There `nullable` stands for the type null, an `enum` for a `const`,
 * and a schema has one `example`.
 */
export function documentIn30(): object {
  const { info, ...rest } = contract
  const { title, version } = info
  return { ...(in30(rest) as object), openapi: '3.0.3', info: { title, version } }
}

function in30(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(in30)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, member]) => [key, in30(member)])
  const copy: Record<string, unknown> = Object.fromEntries(entries)
  if (Array.isArray(copy.type)) {
    copy.type = copy.type.find((it) => it !== 'null')
    copy.nullable = true
  }
  if ('const' in copy && typeof copy.type === 'string') {
    copy.enum = [copy.const]
    delete copy.const
  }
  if (Array.isArray(copy.examples)) {
    copy.example = copy.examples[0]
    delete copy.examples
  }
  return copy
}

/** Returns a schema of the contract by name, with its references inlined. */
export function schemaOf(name: string): object {
  return inlined(contract.components.schemas?.[name]) as object
}

/** Returns the schemas of an operation's parameters in one place, as one object schema. */
export function parametersOf(path: string, method: string, place: string): object {
  const operation = contract.paths[path]?.[method] as { parameters?: unknown[] } | undefined
  const parameters = (operation?.parameters ?? []).map(inlined) as Parameter[]
  const here = parameters.filter((it) => it.in === place)
  const properties = Object.fromEntries(here.map((it) => [it.name, it.schema]))
  const required = here.filter((it) => it.required).map((it) => it.name)
  return { type: 'object', additionalProperties: false, properties, required }
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: object
}

function inlined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inlined)
  if (typeof value !== 'object' || value === null) return value
  if ('$ref' in value) {
    const [, , kind = '', name = ''] = String(value.$ref).split('/')
    return inlined(contract.components[kind]?.[name])
  }
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, inlined(it)]))
}
