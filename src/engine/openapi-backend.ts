// The adapter to openapi-backend, which runs a request: it asks the router for the operation, checks
// security, validates and calls the operation's handler. Its router and its validator are replaced through
// its public fields, by a compiled tree and compiled schemas: stock, it rejects 3.1 documents, compiles
// schemas at start and walks the document for each request. Its call-outs decide nothing: what happens,
// and in which order, is `lifecycle.ts`.
import createTree, { type HTTPMethod } from 'find-my-way'
import {
  type Operation as BackendOperation,
  type Request as BackendRequest,
  OpenAPIBackend,
  OpenAPIRouter,
  OpenAPIValidator,
  type ParsedRequest,
} from 'openapi-backend'
import { contextOf, type RequestContext } from './context.ts'
import { type ApiError, apiError, fieldErrorsOf } from './errors.ts'
import type { Operation, OperationValidators, Validator, ValidatorTable } from './operation.ts'

interface Contract {
  readonly basePath: string
  readonly operations: Readonly<Record<string, Operation>>
  readonly validators: ValidatorTable
}

/** The functions of the lifecycle, by where openapi-backend calls them. */
interface Lifecycle {
  /** Called once the router has looked for the operation. */
  beforeValidation(context: RequestContext): Promise<void>
  /** Called once the request is valid; one for each operation. */
  afterValidation(operation: Operation): (context: RequestContext) => Promise<void>
  /** Returns the error for a caller whose credentials do not satisfy `security`. */
  unauthenticated(context: RequestContext): ApiError
}

/** Creates the function that takes a context through openapi-backend and the lifecycle. */
export function createBackend(contract: Contract, schemes: readonly string[]) {
  const backend = new CompiledBackend(contract, schemes)
  return {
    /** Returns why no operation has matched: 400, 404 or 405. */
    mismatch: (context: RequestContext) => backend.router.mismatch(context),

    runs(lifecycle: Lifecycle): (context: RequestContext) => Promise<void> {
      backend.register({
        postRoutingHandler: (_, context: RequestContext) => lifecycle.beforeValidation(context),
        unauthorizedHandler: (_, context: RequestContext) => {
          throw lifecycle.unauthenticated(context)
        },
      })
      for (const scheme of schemes) {
        backend.registerSecurityHandler(scheme, (_, { principal }: RequestContext) => principal)
      }
      for (const operation of Object.values(contract.operations)) {
        const handle = lifecycle.afterValidation(operation)
        backend.register(operation.operationId, (_, context: RequestContext) => handle(context))
      }
      return (context) => backend.handleRequest(context, context)
    },
  }
}

const emptyDefinition = { openapi: '3.1.0', info: { title: '', version: '' }, paths: {} }

/** openapi-backend without what it does at start, all of which codegen has done. */
class CompiledBackend extends OpenAPIBackend {
  override readonly router: CompiledRouter

  constructor(contract: Contract, schemes: readonly string[]) {
    const securitySchemes = Object.fromEntries(
      schemes.map((scheme) => [scheme, { type: 'http' as const, scheme }]),
    )
    super({ definition: { ...emptyDefinition, components: { securitySchemes } }, strict: true })
    this.definition = this.document = this.inputDocument as typeof this.document
    this.router = new CompiledRouter(contract)
    this.validator = new CompiledValidator(contract.validators)
    this.initialized = true
  }
}

/** The operations of one path by method, and the `Allow` header for any other method. */
interface Resource {
  /** Names in the order of the path, where the tree has others; see `patternOf`. */
  readonly names: readonly string[] | undefined
  readonly operations: Map<string, Operation>
  allow: string
}

// The tree holds paths under one method; which methods a path has, the resource knows.
const anyMethod: HTTPMethod = 'GET'

// Longer than any request line that Node accepts, so that a schema rejects it and not the router.
const maxParamLength = 65_536

/**
 * Finds operations with find-my-way. Paths are matched before methods, so that a concrete path wins over
 * a templated one for every method.
 */
class CompiledRouter extends OpenAPIRouter {
  readonly #tree = createTree({ maxParamLength })
  readonly #operations = new Map<string, BackendOperation>()

  constructor({ operations, basePath }: Contract) {
    super({ definition: emptyDefinition })
    const resources = new Map<string, Resource>()
    for (const operation of Object.values(operations)) {
      this.#operations.set(operation.operationId, asBackendOperation(operation))
      const { pattern, names } = patternOf(basePath + operation.path)
      const resource = resources.get(pattern) ?? { operations: new Map(), allow: '', names }
      resource.operations.set(operation.method.toUpperCase(), operation)
      // A HEAD of the contract's own wins over that of its GET.
      if (operation.method === 'get' && !resource.operations.has('HEAD'))
        resource.operations.set('HEAD', operation)
      resource.allow = [...resource.operations.keys()].sort().join(', ')
      resources.set(pattern, resource)
    }
    for (const [pattern, resource] of resources) {
      this.#tree.on(anyMethod, pattern, () => {}, resource)
    }
  }

  /** Returns the request as it is: the context is already what the later steps read. */
  override parseRequest(request: BackendRequest): ParsedRequest {
    return contextOf(request)
  }

  /** Leaves the operation in the context. @throws Error where there is none. */
  override matchOperation(request: BackendRequest): BackendOperation {
    const context = contextOf(request)
    const found = this.#find(context.path)
    const operation = found?.resource.operations.get(context.method)
    const matched = operation && this.#operations.get(operation.operationId)
    if (found === undefined || matched === undefined) throw noMatch
    context.operation = operation
    context.params = found.params
    return matched
  }

  /** Returns the ApiError for a request that no operation matches. */
  mismatch({ path }: RequestContext): ApiError {
    const found = this.#find(path)
    if (found !== undefined) {
      const { allow } = found.resource
      const detail = `This resource answers ${allow}.`
      return apiError('method_not_allowed', detail, { headers: { Allow: allow } })
    }
    return isDecodable(path)
      ? apiError('not_found', 'There is no such resource.')
      : apiError('malformed_request', 'The path is not valid percent-encoding.')
  }

  override getOperations(): BackendOperation[] {
    return [...this.#operations.values()]
  }

  override getOperation(operationId: string): BackendOperation | undefined {
    return this.#operations.get(operationId)
  }

  #find(path: string) {
    const found = this.#tree.find(anyMethod, path)
    if (found === null || hasEmpty(found.params)) return undefined
    const resource = found.store as Resource
    const params = found.params as Record<string, string>
    return { resource, params: resource.names ? renamed(params, resource.names) : params }
  }
}

// Made once: openapi-backend calls `beforeValidation` next, which throws what the client is told.
const noMatch = new Error('404-notFound')

/**
 * Returns a path as the tree takes it: with `:name` for a parameter and `::` for a colon. A name with other
 * characters, and one that a tree would take for longer than it is, is replaced by its number.
 */
function patternOf(path: string): { pattern: string; names: readonly string[] | undefined } {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map((it) => it[1] ?? '')
  const isPlain = path.split('/').every((it) => /^(\{\w+\}|[^{}:]*)$/.test(it))
  if (isPlain) return { pattern: path.replace(/\{(\w+)\}/g, ':$1'), names: undefined }
  let index = 0
  const pattern = path.replaceAll(':', '::').replace(/\{[^}]+\}(?=(.?))/g, (_, next: string) => {
    const name = `:p${index}`
    index += 1
    return ['', '/', '-', '.'].includes(next) ? name : `${name}(.*?)`
  })
  return { pattern, names }
}

function renamed(params: Readonly<Record<string, string>>, names: readonly string[]) {
  const values = Object.values(params)
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))
}

/** Returns what openapi-backend itself reads of an operation: its name and its security. */
function asBackendOperation({ operationId, path, method, security }: Operation): BackendOperation {
  const schemes = security.map((it) => Object.keys(it).map((name) => [name, []]))
  const requirements = schemes.map((it) => Object.fromEntries(it))
  return { operationId, path, method, security: requirements, responses: {} }
}

/** The tree lets `/users/` match `/users/:username`, but an empty name names no resource. */
function hasEmpty(params: Readonly<Record<string, string | undefined>>): boolean {
  for (const name in params) if (params[name] === '') return true
  return false
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** Validates every part of a request with its compiled schema, and finds all errors at once. */
class CompiledValidator extends OpenAPIValidator {
  readonly #validators: ValidatorTable

  constructor(validators: ValidatorTable) {
    super({ definition: emptyDefinition, lazyCompileValidators: true })
    this.#validators = validators
  }

  /** @throws ApiError validation_failed. */
  override validateRequest(request: BackendRequest) {
    const context = contextOf(request)
    const { operation } = context
    const validators = this.#validators[operation?.operationId ?? '']
    if (!operation || !validators) throw new Error('an operation was matched without validators')
    const { path, query, header, cookie } = validators.parameters
    check(context, path, context.pathValues, '/path')
    check(context, query, context.queryValues, '/query')
    check(context, header, context.headerValues, '/header')
    check(context, cookie, context.cookieValues, '/cookie')
    checkBody(context, operation, validators)
    if (context.fieldErrors.length === 0) return { valid: true }
    const detail = 'The request does not fit the contract; errors says where.'
    throw apiError('validation_failed', detail, { errors: context.fieldErrors })
  }
}

function check(context: RequestContext, validate: Validator, value: unknown, part: string) {
  if (!validate(value)) context.addFieldErrors(fieldErrorsOf(validate, part))
}

function checkBody(context: RequestContext, { body }: Operation, validators: OperationValidators) {
  if (body === null) return
  const { bodyType, declaredType, requestBody } = context
  if (bodyType === undefined) {
    if (body.required) context.addFieldErrors([{ pointer: '/body', detail: 'is required' }])
    return
  }
  const validate = validators.body[declaredType]
  if (validate === undefined) throw new Error(`${declaredType} is declared, but has no validator`)
  check(context, validate, requestBody, '/body')
}
