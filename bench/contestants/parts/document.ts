// The contract for contestants that read a document, in OpenAPI 3.0 for those that refuse 3.1, and
// single schemas without references for those that are given schemas.
import { contract } from './settings.ts'

/** The contract with an absolute token URL: a validator that is strict takes no relative one. */
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
 * The contract in OpenAPI 3.0, as far as it differs: there null is no type, a `const` is an `enum`, and a
 * schema has one `example`.
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

/** A schema of the contract by name, with what it refers to in it. */
export function schemaOf(name: string): object {
  return inlined(contract.components.schemas?.[name]) as object
}

/** The schemas of an operation's parameters in one place, as one object. */
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
