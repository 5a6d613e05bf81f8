// Whether the request fits the contract: parameters parsed, then every part put to its compiled
// schema, in the place of openapi-backend's validator. All that is wrong is found at once.
import { type Request as BackendRequest, OpenAPIValidator } from 'openapi-backend'
import { type Exchange, exchangeOf } from '../context.ts'
import type { FieldFault } from '../errors.ts'
import { faultsOf, maxFaults } from '../field-errors.ts'
import type { Operation } from '../operation.ts'
import { parseCookies, parseHeaders, parsePairs, parsePath } from '../parameters.ts'
import type { OperationValidators, ValidatorTable } from '../tables.ts'

export class CompiledValidator extends OpenAPIValidator {
  readonly #validators: ValidatorTable

  constructor(validators: ValidatorTable) {
    const definition = { openapi: '3.1.0', info: { title: '', version: '' }, paths: {} }
    super({ definition, lazyCompileValidators: true })
    this.#validators = validators
  }

  /** Leaves typed values and faults in the exchange; `errors` tells openapi-backend to refuse. */
  override validateRequest(request: BackendRequest) {
    const exchange = exchangeOf(request)
    const { operation } = exchange
    const validators = this.#validators[operation?.operationId ?? '']
    if (!operation || !validators) throw new Error('an operation was matched without validators')
    checkParameters(exchange, operation, validators)
    note(exchange, bodyFaults(exchange, operation, validators))
    const valid = exchange.faults.length === 0
    return valid ? { valid } : { valid, errors: [] }
  }
}

function checkParameters(
  exchange: Exchange,
  operation: Operation,
  { parameters }: OperationValidators,
) {
  const { path, query, header, cookie } = operation.parameters
  const { values, faults } = parsePairs(exchange.query, query, 'query')
  exchange.pathValues = parsePath(exchange.params, path)
  exchange.queryValues = values
  exchange.headerValues = parseHeaders(exchange.headers, header)
  exchange.cookieValues = parseCookies((name) => exchange.ctx.cookies.get(name), cookie)
  note(exchange, faultsOf(parameters.path, exchange.pathValues, '/path'))
  note(exchange, faults)
  note(exchange, faultsOf(parameters.query, values, '/query'))
  note(exchange, faultsOf(parameters.header, exchange.headerValues, '/header'))
  note(exchange, faultsOf(parameters.cookie, exchange.cookieValues, '/cookie'))
}

function note(exchange: Exchange, faults: readonly FieldFault[]) {
  for (const fault of faults) if (exchange.faults.length < maxFaults) exchange.faults.push(fault)
}

function bodyFaults(exchange: Exchange, { body }: Operation, validators: OperationValidators) {
  if (body === null) return []
  const type = exchange.bodyType
  if (type === undefined) return body.required ? [{ pointer: '/body', detail: 'is required' }] : []
  const validate = validators.body[type]
  if (validate === undefined) throw new Error(`${type} is declared, but has no validator`)
  return faultsOf(validate, exchange.requestBody, '/body')
}
