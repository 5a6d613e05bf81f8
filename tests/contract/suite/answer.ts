// Checks a response of any origin against the contract: the status is documented, and media type, body
// and headers match it.
import { operations } from '../../../generated/operations.ts'
import { validators } from '../../../generated/validators.js'
import type { OperationId } from '../../../src/contract.ts'
import type { Operation, OperationValidators } from '../../../src/engine/operation.ts'
import { headerErrorsOf } from '../../../src/engine/response-headers.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Statuses that any request may get. The contract documents them once. */
const everywhere = [405]

/** Returns how a response breaks the contract; empty if it does not. */
export function violationsOf(id: OperationId, method: string, answer: Answer): string[] {
  const operation: Operation = operations[id]
  const { status, headers, text } = answer
  const name = `${id} ${status}`
  if (everywhere.includes(status)) return []
  const outline = operation.responses[status]
  if (outline === undefined) return [`${name} is not documented: ${text}`]
  const own: OperationValidators = validators[id]
  const sent = Object.fromEntries(headers)
  const violations = headerErrorsOf(operation, own, status, sent).map((it) => `${name} ${it}`)
  if (method === 'HEAD') return violations
  const validate = own.responses[status]
  if (validate === undefined)
    return text === '' ? violations : [...violations, `${name} has a body`]
  const type = headers.get('content-type')
  if (type !== outline.type) return [...violations, `${name} is ${type} instead of ${outline.type}`]
  if (bodiesIn(text, type).every((it) => validate(JSON.parse(it)))) return violations
  const errors = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
  return [...violations, `${name} breaks its schema: ${errors}: ${text}`]
}

/** Returns what the schema describes: the body, or the data of each event of a stream. */
function bodiesIn(text: string, type: string | null): string[] {
  if (type !== 'text/event-stream') return [text]
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data)
}
