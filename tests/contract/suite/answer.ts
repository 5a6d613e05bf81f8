// Whether an answer is what the contract says, whoever gave it: the status documented, the media type
// and the body by its schema, the headers there and by theirs.
import { operations } from '../../../generated/operations.ts'
import { validators } from '../../../generated/validators.js'
import type { OperationId } from '../../../src/contract.ts'
import type { Operation, OperationValidators } from '../../../src/engine/operation.ts'
import { headerErrorsOf } from '../../../src/engine/response.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Statuses that the engine may give to any request, documented once for all. */
const everywhere = [405]

/** In what an answer breaks the contract; nothing where it keeps it. */
export function faultsOfAnswer(id: OperationId, method: string, answer: Answer): string[] {
  const operation: Operation = operations[id]
  const { status, headers, text } = answer
  const name = `${id} ${status}`
  if (everywhere.includes(status)) return []
  const outline = operation.responses[status]
  if (outline === undefined) return [`${name} is not documented: ${text}`]
  const own: OperationValidators = validators[id]
  const sent = Object.fromEntries(headers)
  const faults = headerErrorsOf(operation, own, status, sent).map((it) => `${name} ${it}`)
  if (method === 'HEAD') return faults
  const validate = own.responses[status]
  if (validate === undefined) return text === '' ? faults : [...faults, `${name} has a body`]
  const type = headers.get('content-type')
  if (type !== outline.type) return [...faults, `${name} is ${type} instead of ${outline.type}`]
  if (validate(JSON.parse(text))) return faults
  const said = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
  return [...faults, `${name} breaks its schema: ${said}: ${text}`]
}
