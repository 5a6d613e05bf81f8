// Whether the request fits the contract: parameters parsed, then every part put to its compiled
// schema, in the place of openapi-backend's validator. All that is wrong is found at once.
import { type Request as BackendRequest, OpenAPIValidator } from 'openapi-backend'
import { contextOf, type RequestContext } from '../context.ts'
import type { FieldError } from '../errors.ts'
import { fieldErrorsOf, maxFieldErrors } from '../field-errors.ts'
import type { Operation } from '../operation.ts'
import type { OperationValidators, ValidatorTable } from '../tables.ts'
import { parseCookies, parseHeaders, parsePairs, parsePath } from './parameters.ts'

export class CompiledValidator extends OpenAPIValidator {
  readonly #validators: ValidatorTable

  constructor(validators: ValidatorTable) {
    const definition = { openapi: '3.1.0', info: { title: '', version: '' }, paths: {} }
    super({ definition, lazyCompileValidators: true })
    this.#validators = validators
  }

  /** Leaves typed values and faults in the context; `errors` tells openapi-backend to refuse. */
  override validateRequest(request: BackendRequest) {
    const context = contextOf(request)
    const { operation } = context
    const validators = this.#validators[operation?.operationId ?? '']
    if (!operation || !validators) throw new Error('an operation was matched without validators')
    checkParameters(context, operation, validators)
    note(context, bodyFaults(context, operation, validators))
    const valid = context.faults.length === 0
    return valid ? { valid } : { valid, errors: [] }
  }
}

function checkParameters(
  context: RequestContext,
  operation: Operation,
  { parameters }: OperationValidators,
) {
  const { path, query, header, cookie } = operation.parameters
  const { values, faults } = parsePairs(context.query, query, 'query')
  context.pathValues = parsePath(context.params, path)
  context.queryValues = values
  context.headerValues = parseHeaders(context.headers, header)
  context.cookieValues = parseCookies((name) => context.ctx.cookies.get(name), cookie)
  note(context, fieldErrorsOf(parameters.path, context.pathValues, '/path'))
  note(context, faults)
  note(context, fieldErrorsOf(parameters.query, values, '/query'))
  note(context, fieldErrorsOf(parameters.header, context.headerValues, '/header'))
  note(context, fieldErrorsOf(parameters.cookie, context.cookieValues, '/cookie'))
}

function note(context: RequestContext, faults: readonly FieldError[]) {
  for (const fault of faults) if (context.faults.length < maxFieldErrors) context.faults.push(fault)
}

function bodyFaults(context: RequestContext, { body }: Operation, validators: OperationValidators) {
  if (body === null) return []
  const type = context.bodyType
  if (type === undefined) return body.required ? [{ pointer: '/body', detail: 'is required' }] : []
  const validate = validators.body[type]
  if (validate === undefined) throw new Error(`${type} is declared, but has no validator`)
  return fieldErrorsOf(validate, context.requestBody, '/body')
}
