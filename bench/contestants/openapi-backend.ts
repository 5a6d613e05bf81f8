// openapi-backend on Koa as in its README, without any replaced part. It gets the contract in OpenAPI
// 3.0, because it does not support 3.1. knex and ioredis reach the databases.
import { randomUUID } from 'node:crypto'
import Koa, { type ParameterizedContext } from 'koa'
import { koaBody } from 'koa-body'
import { type Context, OpenAPIBackend, type Request } from 'openapi-backend'
import {
  cacheHeaders,
  etagOf,
  type FieldError,
  fieldErrorOf,
  Problem,
  type ProblemStatus,
  problemHeaders,
  problemOf,
  securityHeaders,
} from './parts/answers.ts'
import { documentIn30 } from './parts/document.ts'
import { formatChecks } from './parts/formats.ts'
import { claimsOf, health, readPage, readPost, userOf, writePost } from './parts/handlers.ts'
import { log, since } from './parts/log.ts'
import { type NewPost, type PageRequest, toUser, type UserRow } from './parts/rows.ts'
import { settings } from './parts/settings.ts'

interface State {
  requestId: string
  operationId?: string
  user?: UserRow
}
type RequestContext = ParameterizedContext<State>

const write = (it: object) => JSON.stringify(it)

function sendRead(ctx: RequestContext, body: string, policy: object, more: object = {}) {
  ctx.type = 'application/json'
  ctx.set({ ...policy, ...more, ETag: etagOf(body) })
  ctx.body = body
}

function sendProblem(ctx: RequestContext, status: ProblemStatus, errors?: readonly FieldError[]) {
  ctx.status = status
  ctx.type = 'application/problem+json'
  ctx.set(problemHeaders(status))
  ctx.body = write(problemOf(status, ctx.state.requestId, errors))
}

/** Returns the caller that the security handler found. */
function callerOf({ state }: RequestContext): UserRow {
  if (state.user === undefined) throw new Problem(401)
  return state.user
}

const text = (value: string | string[] | undefined) => String(value)

const api = new OpenAPIBackend({
  // The package's type describes a literal document, not one that was read from a file.
  definition: documentIn30() as never,
  apiRoot: '/api/v1',
  customizeAjv: (ajv) => {
    for (const [name, accepts] of Object.entries(formatChecks)) ajv.addFormat(name, accepts)
    return ajv
  },
  ajvOpts: { strict: false },
})

api.registerSecurityHandler('bearer', async (_context: Context, ctx: RequestContext) => {
  ctx.state.user = await userOf(claimsOf(ctx.get('authorization') || undefined))
  return true
})

api.register({
  getHealth(_context: Context, ctx: RequestContext) {
    sendRead(ctx, write(health()), cacheHeaders.health)
  },

  getCurrentUser(_context: Context, ctx: RequestContext) {
    sendRead(ctx, write(toUser(callerOf(ctx))), cacheHeaders.own)
  },

  async getPost({ request: { params } }: Context, ctx: RequestContext) {
    const { body, status } = await readPost(text(params.username), text(params.postId), write)
    sendRead(ctx, body, cacheHeaders.shared, { 'Cache-Status': `api; ${status}` })
  },

  async listPosts({ request: { params, query } }: Context, ctx: RequestContext) {
    const { limit = '20', cursor } = query
    const page: PageRequest = { limit: Number(limit), cursor: cursor && text(cursor) }
    const { body, link, status } = await readPage(text(params.username), page, write)
    const more = { 'Cache-Status': `api; ${status}`, ...(link !== '' && { Link: link }) }
    sendRead(ctx, body, cacheHeaders.shared, more)
  },

  async createPost({ request: { params, requestBody } }: Context, ctx: RequestContext) {
    const author = callerOf(ctx)
    const { post, location } = await writePost(
      author,
      text(params.username),
      requestBody as NewPost,
    )
    ctx.status = 201
    ctx.type = 'application/json'
    ctx.set({ ...cacheHeaders.never, Location: location })
    ctx.body = write(post)
  },

  preOperationHandler({ operation }: Context, ctx: RequestContext) {
    if (operation.operationId) ctx.state.operationId = operation.operationId
  },

  validationFail({ validation }: Context, ctx: RequestContext) {
    const errors = (validation.errors ?? []).map(({ instancePath, keyword, params, message }) =>
      fieldErrorOf(instancePath, keyword, params.limit, message),
    )
    sendProblem(ctx, 422, errors)
  },
  unauthorizedHandler: (_context: Context, ctx: RequestContext) => sendProblem(ctx, 401),
  notFound: (_context: Context, ctx: RequestContext) => sendProblem(ctx, 404),
})
await api.init()

const app = new Koa<State>()

app.use(async (ctx, next) => {
  const start = performance.now()
  const requestId = randomUUID()
  ctx.state.requestId = requestId
  ctx.set({ 'X-Request-Id': requestId, ...securityHeaders })
  ctx.res.once('close', () => {
    const { operationId, user } = ctx.state
    const outcome = { status: ctx.status, principalId: user?.id, ms: since(start) }
    log.info({ requestId, operationId, method: ctx.method, path: ctx.path, ...outcome }, 'request')
  })
  try {
    await next()
  } catch (error) {
    if (error instanceof Problem) sendProblem(ctx, error.status, error.errors)
    else if (error instanceof SyntaxError) sendProblem(ctx, 400)
    else throw error
  }
})
app.use(koaBody())
// As in its README. The types differ in headers that may be undefined.
app.use((ctx) => api.handleRequest(ctx.request as unknown as Request, ctx))

const server = app.listen(settings.port, '127.0.0.1')
server.keepAliveTimeout = settings.keepAliveTimeout
