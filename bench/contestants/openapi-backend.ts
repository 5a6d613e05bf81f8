// openapi-backend on Koa as its README has it: nothing of it is replaced, and it is given the contract
// in OpenAPI 3.0, since it refuses 3.1. The database is reached by knex, Redis by ioredis.
import { randomUUID } from 'node:crypto'
import Koa, { type ParameterizedContext } from 'koa'
import { koaBody } from 'koa-body'
import { type Context, OpenAPIBackend, type Request } from 'openapi-backend'
import { validateFormat } from '../../src/engine/formats.ts'
import {
  etagOf,
  type Fault,
  faultOf,
  forBrowsers,
  kept,
  type ProblemStatus,
  problemHeaders,
  problemOf,
  Refused,
} from './parts/answers.ts'
import { documentIn30 } from './parts/document.ts'
import { claimsOf, health, readPage, readPost, userOf, writePost } from './parts/handlers.ts'
import { log, since } from './parts/log.ts'
import { type NewPost, type PageRequest, shownUser, type UserRow } from './parts/rows.ts'
import { settings } from './parts/settings.ts'

interface State {
  requestId: string
  operationId?: string
  user?: UserRow
}
type Exchange = ParameterizedContext<State>

const write = (it: object) => JSON.stringify(it)

function sendRead(ctx: Exchange, body: string, policy: object, more: object = {}) {
  ctx.type = 'application/json'
  ctx.set({ ...policy, ...more, ETag: etagOf(body) })
  ctx.body = body
}

function sendProblem(ctx: Exchange, status: ProblemStatus, errors?: readonly Fault[]) {
  ctx.status = status
  ctx.type = 'application/problem+json'
  ctx.set(problemHeaders(status))
  ctx.body = write(problemOf(status, ctx.state.requestId, errors))
}

/** The caller, where the security handler has let the request through. */
function callerOf({ state }: Exchange): UserRow {
  if (state.user === undefined) throw new Refused(401)
  return state.user
}

const one = (value: string | string[] | undefined) => String(value)

const api = new OpenAPIBackend({
  // Its types know a document as it is written by hand, not as it is read.
  definition: documentIn30() as never,
  apiRoot: '/api/v1',
  customizeAjv: (ajv) => {
    for (const [name, accepts] of Object.entries(validateFormat)) ajv.addFormat(name, accepts)
    return ajv
  },
  ajvOpts: { strict: false },
})

api.registerSecurityHandler('bearer', async (_context: Context, ctx: Exchange) => {
  ctx.state.user = await userOf(claimsOf(ctx.get('authorization') || undefined))
  return true
})

api.register({
  getHealth(_context: Context, ctx: Exchange) {
    sendRead(ctx, write(health()), kept.health)
  },

  getCurrentUser(_context: Context, ctx: Exchange) {
    sendRead(ctx, write(shownUser(callerOf(ctx))), kept.own)
  },

  async getPost({ request: { params } }: Context, ctx: Exchange) {
    const { body, status } = await readPost(one(params.username), one(params.postId), write)
    sendRead(ctx, body, kept.shared, { 'Cache-Status': `api; ${status}` })
  },

  async listPosts({ request: { params, query } }: Context, ctx: Exchange) {
    const { limit = '20', cursor } = query
    const page: PageRequest = { limit: Number(limit), cursor: cursor && one(cursor) }
    const { body, link, status } = await readPage(one(params.username), page, write)
    const more = { 'Cache-Status': `api; ${status}`, ...(link !== '' && { Link: link }) }
    sendRead(ctx, body, kept.shared, more)
  },

  async createPost({ request: { params, requestBody } }: Context, ctx: Exchange) {
    const author = callerOf(ctx)
    const { post, location } = await writePost(author, one(params.username), requestBody as NewPost)
    ctx.status = 201
    ctx.type = 'application/json'
    ctx.set({ ...kept.never, Location: location })
    ctx.body = write(post)
  },

  preOperationHandler({ operation }: Context, ctx: Exchange) {
    if (operation.operationId) ctx.state.operationId = operation.operationId
  },

  validationFail({ validation }: Context, ctx: Exchange) {
    const faults = (validation.errors ?? []).map(({ instancePath, keyword, params, message }) =>
      faultOf(instancePath, keyword, params.limit, message),
    )
    sendProblem(ctx, 422, faults)
  },
  unauthorizedHandler: (_context: Context, ctx: Exchange) => sendProblem(ctx, 401),
  notFound: (_context: Context, ctx: Exchange) => sendProblem(ctx, 404),
})
await api.init()

const app = new Koa<State>()

app.use(async (ctx, next) => {
  const start = performance.now()
  const requestId = randomUUID()
  ctx.state.requestId = requestId
  ctx.set({ 'X-Request-Id': requestId, ...forBrowsers })
  ctx.res.once('close', () => {
    const { operationId, user } = ctx.state
    const outcome = { status: ctx.status, principalId: user?.id, ms: since(start) }
    log.info({ requestId, operationId, method: ctx.method, path: ctx.path, ...outcome }, 'request')
  })
  try {
    await next()
  } catch (error) {
    if (error instanceof Refused) sendProblem(ctx, error.status, error.errors)
    else if (error instanceof SyntaxError) sendProblem(ctx, 400)
    else throw error
  }
})
app.use(koaBody())
// As its README hands it over; the types differ in headers that may be undefined.
app.use((ctx) => api.handleRequest(ctx.request as unknown as Request, ctx))

const server = app.listen(settings.port, '127.0.0.1')
server.keepAliveTimeout = settings.keepAliveTimeout
