// Headers that a handler gives a response: those that the contract declares leave, and no other.
import { ContractViolation } from './errors.ts'
import {
  type Operation,
  type OperationValidators,
  type ParameterOutline,
  type ParameterTable,
  type ResponseOutline,
  responseKey,
} from './operation.ts'
import { parseHeaders } from './steps/parameters.ts'
import type { HandlerResult } from './types.ts'

type Given = HandlerResult['headers']

/** Headers of a raw body that a handler may give without their being documented. */
const rawHeaders = new Set(['content-length', 'content-disposition', 'last-modified', 'etag'])

/** Returns the headers of a result that its response declares. */
export function declaredHeaders(given: Given, outline: ResponseOutline): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in given) {
    const value = given[name]
    if (value === undefined || !isDeclared(name, outline)) continue
    headers[name] = typeof value === 'string' ? value : textOf(value, outline.headers[name])
  }
  return headers
}

/** Returns the text of a value in the style `simple`, as `parseHeaders` reads it. */
function textOf(value: unknown, outline: ParameterOutline | undefined): string {
  if (outline?.isJson) return JSON.stringify(value)
  if (Array.isArray(value)) return value.join(',')
  if (typeof value !== 'object' || value === null) return String(value ?? '')
  const between = outline?.explode ? '=' : ','
  return Object.entries(value)
    .map(([name, it]) => `${name}${between}${it}`)
    .join(',')
}

/** @throws ContractViolation that names a header which the response does not declare. */
export function checkDeclared(name: string, given: Given, outline: ResponseOutline) {
  const undeclared = Object.keys(given ?? {}).filter(
    (header) => given?.[header] !== undefined && !isDeclared(header, outline),
  )
  if (undeclared.length === 0) return
  const headers = undeclared.join(', ')
  throw new ContractViolation(`${name}: the contract does not declare the header ${headers}`)
}

function isDeclared(name: string, { headers, isRaw, types = {} }: ResponseOutline): boolean {
  if (name in headers) return true
  const lowerCase = name.toLowerCase()
  const mayBeRaw = isRaw || Object.values(types).some((it) => it.isRaw)
  if (mayBeRaw && rawHeaders.has(lowerCase)) return true
  return Object.keys(headers).some((it) => it.toLowerCase() === lowerCase)
}

/**
 * Returns in what the headers of a response, by their names in lower case, break the contract; nothing
 * where they keep it.
 */
export function headerErrorsOf(
  operation: Operation,
  validators: OperationValidators,
  status: number,
  sent: Readonly<Record<string, string>>,
): string[] {
  const key = responseKey(operation, status) ?? ''
  const table: ParameterTable = operation.responses[key]?.headers ?? {}
  const validate = validators.headers[key]
  if (validate === undefined || validate(parseHeaders(sent, table))) return []
  const names = Object.keys(table)
  return (validate.errors ?? []).map(({ keyword, params, instancePath, message }) => {
    const at = keyword === 'required' ? params.missingProperty : instancePath.slice(1)
    const name = names.find((it) => it.toLowerCase() === at)
    return keyword === 'required' ? `lacks ${name}` : `the header ${name} ${message}`
  })
}
