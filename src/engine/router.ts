// Which operation a request means: find-my-way over the contract's paths, in the place of
// openapi-backend's router, which walks the whole document for each request. Paths are matched
// before methods, so that a concrete path wins over a templated one for every method.
import createTree, { type HTTPMethod } from 'find-my-way'
import {
  type Operation as BackendOperation,
  type Request as BackendRequest,
  OpenAPIRouter,
  type ParsedRequest,
} from 'openapi-backend'
import { contextOf } from './context.ts'
import { apiError } from './errors.ts'
import type { Operation } from './operation.ts'

/** The operations of one path by method, and the `Allow` header for any other method. */
interface Resource {
  readonly operations: Map<string, Operation>
  allow: string
}

// The tree holds paths under one method; which methods a path has is the resource's own affair.
const anyMethod: HTTPMethod = 'GET'

// openapi-backend tells its outcomes apart by how the message begins. Made once: nobody reads them.
const notFound = new Error('404-notFound')
const methodNotAllowed = new Error('405-methodNotAllowed')

// Longer than any request line that Node accepts, so that a schema refuses it and not the router.
const maxParamLength = 65_536

export class CompiledRouter extends OpenAPIRouter {
  readonly #tree = createTree({ maxParamLength })
  readonly #operations = new Map<string, BackendOperation>()

  constructor(operations: Readonly<Record<string, Operation>>, basePath: string) {
    super({ definition: { openapi: '3.1.0', info: { title: '', version: '' }, paths: {} } })
    const resources = new Map<string, Resource>()
    for (const operation of Object.values(operations)) {
      this.#operations.set(operation.operationId, asBackendOperation(operation))
      const path = basePath + operation.path.replace(/\{(\w+)\}/g, ':$1')
      const resource = resources.get(path) ?? { operations: new Map(), allow: '' }
      resource.operations.set(operation.method.toUpperCase(), operation)
      if (operation.method === 'get') resource.operations.set('HEAD', operation)
      resource.allow = [...resource.operations.keys()].sort().join(', ')
      resources.set(path, resource)
    }
    for (const [path, resource] of resources) this.#tree.on(anyMethod, path, () => {}, resource)
  }

  /** Both times that it is asked: the context is already what the later steps read. */
  override parseRequest(request: BackendRequest): ParsedRequest {
    return contextOf(request)
  }

  /** Finds the operation, or leaves in the context why there is none and throws. */
  override matchOperation(request: BackendRequest): BackendOperation {
    const context = contextOf(request)
    const found = this.#tree.find(anyMethod, context.path)
    if (found === null || hasEmpty(found.params)) {
      context.refusal = isDecodable(context.path)
        ? apiError('not_found', 'There is no such resource.')
        : apiError('malformed_request', 'The path is not valid percent-encoding.')
      throw notFound
    }
    const resource: Resource = found.store
    const operation = resource.operations.get(context.method)
    const matched = operation && this.#operations.get(operation.operationId)
    if (matched === undefined) {
      const headers = { Allow: resource.allow }
      const detail = `This resource answers ${resource.allow}.`
      context.refusal = apiError('method_not_allowed', detail, { headers })
      throw methodNotAllowed
    }
    context.operation = operation
    context.params = found.params as Record<string, string>
    return matched
  }

  override getOperations(): BackendOperation[] {
    return [...this.#operations.values()]
  }

  override getOperation(operationId: string): BackendOperation | undefined {
    return this.#operations.get(operationId)
  }
}

/** What openapi-backend itself reads of an operation: its name and its security. */
function asBackendOperation({ operationId, path, method, security }: Operation): BackendOperation {
  const schemes = security.map((it) => Object.keys(it).map((name) => [name, []]))
  const requirements = schemes.map((it) => Object.fromEntries(it))
  return { operationId, path, method, security: requirements, responses: {} }
}

/** The tree lets `/users/` match `/users/:username`; a resource without a name is none. */
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
