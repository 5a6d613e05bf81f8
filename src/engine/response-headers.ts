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
import type { ResponseHeaders } from './response.ts'
import { parseHeaders } from './steps/parameters.ts'
import type { HandlerResult } from './types.ts'

type Given = HandlerResult['headers']

/** Headers of a raw body that a handler may give without their being documented. */
const rawHeaders = ['Content-Length', 'Content-Disposition', 'Last-Modified', 'ETag']

/** Returns the headers of a result that its response declares, as they are spelled there. */
export function declaredHeaders(given: Given, outline: ResponseOutline): ResponseHeaders {
  const headers: ResponseHeaders = {}
  for (const own in given) {
    const value = given[own]
    const name = value === undefined ? undefined : declaredName(own, outline)
    if (name === undefined) continue
    if (typeof value === 'string') headers[name] = value
    else if (name === 'Set-Cookie') headers[name] = [value].flat().map(String)
    else headers[name] = textOf(value, outline.headers[name])
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
    (it) => given?.[it] !== undefined && declaredName(it, outline) === undefined,
  )
  if (undeclared.length === 0) return
  const headers = undeclared.join(', ')
  throw new ContractViolation(`${name}: the contract does not declare the header ${headers}`)
}

function declaredName(
  name: string,
  { headers, isRaw, types = {} }: ResponseOutline,
): string | undefined {
  if (name in headers) return name
  const lowerCase = name.toLowerCase()
  const mayBeRaw = isRaw || Object.values(types).some((it) => it.isRaw)
  const names = [...Object.keys(headers), ...(mayBeRaw ? rawHeaders : [])]
  return names.find((it) => it.toLowerCase() === lowerCase)
}

/**
 * Returns in what the headers of a response, by their names in lower case, break the contract; nothing
 * where they keep it.
 */
export function headerErrorsOf(
  operation: Operation,
  validators: OperationValidators,
  status: number,
  sent: Readonly<Record<string, string | string[]>>,
): string[] {
  const key = responseKey(operation, status) ?? ''
  const table: ParameterTable = operation.responses[key]?.headers ?? {}
  const validate = validators.headers[key]
  const values = parseHeaders(sent, table)
  const cookies = sent['set-cookie']
  if (cookies !== undefined) values['set-cookie'] = [cookies].flat()
  if (validate === undefined || validate(values)) return []
  const names = Object.keys(table)
  return (validate.errors ?? []).map(({ keyword, params, instancePath, message }) => {
    const [, place] = instancePath.split('/')
    const at = keyword === 'required' ? params.missingProperty : place
    const name = names.find((it) => it.toLowerCase() === at)
    return keyword === 'required' ? `lacks ${name}` : `the header ${name} ${message}`
  })
}
