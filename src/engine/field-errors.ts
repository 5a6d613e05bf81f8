// What a compiled validator found, as the faults that a client reads: where, and what was expected.
// The value that was sent is never repeated.
import type { ErrorObject } from 'ajv'
import type { FieldError } from './errors.ts'
import { formats } from './formats.ts'
import { clipped, pointer } from './steps/parameters.ts'
import type { Validator } from './tables.ts'

/** As many as the contract lets a problem document carry. */
export const maxFieldErrors = 100

/** The faults of a value under one part of the request (`/body`, `/query`, …); none when valid. */
export function fieldErrorsOf(validate: Validator, value: unknown, part: string): FieldError[] {
  if (validate(value)) return []
  return (validate.errors ?? []).slice(0, maxFieldErrors).map((error) => describe(error, part))
}

function describe(error: ErrorObject, part: string): FieldError {
  const at = clipped(part + error.instancePath)
  switch (error.keyword) {
    case 'required':
      return { pointer: pointer(at, error.params.missingProperty), detail: 'is required' }
    case 'additionalProperties':
      return { pointer: pointer(at, error.params.additionalProperty), detail: 'is not known here' }
    case 'format':
      return { pointer: at, detail: `must be ${formats[error.params.format]?.expected}` }
    case 'enum':
      return { pointer: at, detail: `must be one of: ${error.params.allowedValues.join(', ')}` }
    case 'const':
      return { pointer: at, detail: `must be ${JSON.stringify(error.params.allowedValue)}` }
    case 'discriminator':
      return { pointer: pointer(at, error.params.tag), detail: 'must name one of the known kinds' }
    default:
      return { pointer: at, detail: inWords(error) }
  }
}

/** The commonest limits in plain words; Ajv's own for the rest. */
function inWords({ keyword, params, message }: ErrorObject): string {
  const { limit } = params
  switch (keyword) {
    case 'type':
      return `must be ${[params.type].flat().join(' or ')}`
    case 'minLength':
      return `must have at least ${limit} ${limit === 1 ? 'character' : 'characters'}`
    case 'maxLength':
      return `must have at most ${limit} characters`
    case 'minimum':
      return `must be ${limit} or more`
    case 'maximum':
      return `must be ${limit} or less`
    case 'minProperties':
      return `must have at least ${limit} ${limit === 1 ? 'member' : 'members'}`
    default:
      return message ?? 'is not valid'
  }
}
