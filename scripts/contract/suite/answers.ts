// Checks a response of any origin against a contract: the status is documented, and media type, body and
// headers match it.

import { type Operation, responseKey, type ValidatorTable } from '../../../src/engine/operation.ts'
import { headerErrorsOf } from '../../../src/engine/response-headers.ts'
import { isLines } from '../bodies.ts'

/** A contract as codegen compiles it. */
export interface Contract {
  readonly basePath: string
  readonly operations: Readonly<Record<string, Operation>>
  readonly validators: ValidatorTable
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Statuses that any request may get. A contract documents them once. */
const everywhere = [405]

/** Returns how a response breaks the contract; empty if it does not. */
export function violationsOf(
  { operations, validators }: Contract,
  id: string,
  method: string,
  answer: Answer,
): string[] {
  const { operation, own } = { operation: operations[id], own: validators[id] }
  const { status, headers, text } = answer
  const name = `${id} ${status}`
  if (everywhere.includes(status)) return []
  const key = operation && responseKey(operation, status)
  const outline = key === undefined ? undefined : operation?.responses[key]
  if (operation === undefined || own === undefined || outline === undefined || key === undefined)
    return [`${name} is not documented: ${text}`]
  const sent = Object.fromEntries<string | string[]>(headers)
  if ('set-cookie' in sent) sent['set-cookie'] = headers.getSetCookie()
  const violations = headerErrorsOf(operation, own, status, sent).map((it) => `${name} ${it}`)
  if (method === 'HEAD') return violations
  const validate = own.responses[key]
  const type = headers.get('content-type')
  if (validate === undefined) {
    // A document may describe an error without its body.
    const isProblem = status >= 400 && type === 'application/problem+json'
    const mayHaveBody = outline.type !== null || isProblem
    return text === '' || mayHaveBody ? violations : [...violations, `${name} has a body`]
  }
  if (type !== outline.type) return [...violations, `${name} is ${type} instead of ${outline.type}`]
  if (bodiesIn(text, type).every((it) => validate(JSON.parse(it)))) return violations
  const errors = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
  return [...violations, `${name} breaks its schema: ${errors}: ${text}`]
}

/** Returns what the schema describes: the body, the data of each event of a stream, or each line. */
function bodiesIn(text: string, type: string | null): string[] {
  if (type !== null && isLines(type)) return text.split('\n').filter((it) => it !== '')
  if (type !== 'text/event-stream') return [text]
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data)
}
