// Fastify as in its guide: JSON schemas for requests and responses, its plugins for tokens and security
// headers. knex and ioredis reach the databases.
import { randomUUID } from 'node:crypto'
import helmet from '@fastify/helmet'
import fastifyJwt from '@fastify/jwt'
import { Ajv } from 'ajv'
import fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import {
  cacheHeaders,
  etagOf,
  fieldErrorOf,
  helmetSettings,
  Problem,
  type ProblemStatus,
  problemHeaders,
  problemOf,
} from './parts/answers.ts'
import { parametersOf, schemaOf } from './parts/document.ts'
import { formatChecks } from './parts/formats.ts'
import {
  type Claims,
  health,
  readPage,
  readPost,
  userOf,
  type Write,
  writePost,
} from './parts/handlers.ts'
import { log, since } from './parts/log.ts'
import { type NewPost, type PageRequest, toUser, type UserRow } from './parts/rows.ts'
import { settings } from './parts/settings.ts'

declare module 'fastify' {
  interface FastifyRequest {
    start: number
    caller: UserRow | undefined
  }
  interface FastifyContextConfig {
    operationId?: string
  }
}

const { secret, issuer, audience, keepAliveTimeout, port } = settings

const app = fastify({
  loggerInstance: log,
  logController: new LogController({ disableRequestLogging: true }),
  genReqId: () => randomUUID(),
  keepAliveTimeout,
})

// By default it coerces bodies too. A compiler per part of the request is in its guide.
const rules = { useDefaults: true, allErrors: true, formats: formatChecks }
const [forBodies, forTexts] = [new Ajv(rules), new Ajv({ ...rules, coerceTypes: 'array' })]
app.setValidatorCompiler(({ schema, httpPart }) => {
  return (httpPart === 'body' ? forBodies : forTexts).compile(schema)
})

await app.register(helmet, { ...helmetSettings, global: true })
await app.register(fastifyJwt, {
  secret,
  verify: { algorithms: ['HS256'], allowedIss: issuer, allowedAud: audience },
})
app.decorateRequest('start', 0)
app.decorateRequest('caller', undefined)

app.addHook('onRequest', async (request, reply) => {
  request.start = performance.now()
  reply.header('X-Request-Id', request.id)
})

app.addHook('onSend', async (request, reply, payload) => {
  if (request.method === 'GET' && reply.statusCode === 200 && typeof payload === 'string') {
    reply.header('ETag', etagOf(payload))
  }
})

app.addHook('onResponse', async (request, reply) => {
  const line = {
    requestId: request.id,
    operationId: request.routeOptions.config.operationId,
    method: request.method,
    path: request.url.split('?', 1)[0],
    status: reply.statusCode,
    principalId: request.caller?.id,
    ms: since(request.start),
  }
  log.info(line, 'request')
})

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: ProblemStatus,
  errors: Problem['errors'] = undefined,
) {
  reply.code(status).headers(problemHeaders(status)).type('application/problem+json')
  return reply.send(problemOf(status, request.id, errors))
}

const places: Readonly<Record<string, string>> = { querystring: 'query', params: 'path' }

app.setErrorHandler((error: unknown, request, reply) => {
  if (error instanceof Problem) return sendProblem(request, reply, error.status, error.errors)
  const { validation, validationContext = '' } = error as {
    validation?: { instancePath: string; keyword: string; params: object; message?: string }[]
    validationContext?: string
  }
  if (validation === undefined) return sendProblem(request, reply, statusOfUnreadable(error))
  const place = places[validationContext] ?? validationContext
  const errors = validation.map(({ instancePath, keyword, params, message }) => {
    const limit = 'limit' in params ? params.limit : undefined
    return fieldErrorOf(`/${place}${instancePath}`, keyword, limit, message)
  })
  return sendProblem(request, reply, 422, errors)
})

/** Returns the status for a body that Fastify could not read. @throws any other error */
function statusOfUnreadable(error: unknown): ProblemStatus {
  const { code } = error as { code?: string }
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 422
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return 400
  throw error
}

app.setNotFoundHandler((request, reply) => sendProblem(request, reply, 404))

async function authenticate(request: FastifyRequest) {
  const claims = await request.jwtVerify<Claims>().catch(() => {
    throw new Problem(401)
  })
  request.caller = await userOf(claims)
}

/** Returns the caller that `authenticate` found. */
function callerOf({ caller }: FastifyRequest): UserRow {
  if (caller === undefined) throw new Problem(401)
  return caller
}

const problem = { '4xx': schemaOf('Problem') }
const [posts, post] = ['/users/{username}/posts', '/users/{username}/posts/{postId}']
const underBase = (path: string) => `/api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`

app.get(
  underBase('/health'),
  { config: { operationId: 'getHealth' }, schema: { response: { 200: schemaOf('Health') } } },
  async (_request, reply) => {
    reply.headers(cacheHeaders.health)
    return health()
  },
)

app.get(
  underBase('/users/me'),
  {
    config: { operationId: 'getCurrentUser' },
    onRequest: authenticate,
    schema: { response: { 200: schemaOf('User'), ...problem } },
  },
  async (request, reply) => {
    reply.headers(cacheHeaders.own)
    return toUser(callerOf(request))
  },
)

app.get<{ Params: { username: string; postId: string } }>(
  underBase(post),
  {
    config: { operationId: 'getPost' },
    schema: {
      params: parametersOf(post, 'get', 'path'),
      response: { 200: schemaOf('Post'), ...problem },
    },
  },
  async ({ params }, reply) => {
    const write: Write = (it) => String(reply.serializeInput(it, '200'))
    const { body, status } = await readPost(params.username, params.postId, write)
    reply.headers(cacheHeaders.shared).header('Cache-Status', `api; ${status}`)
    return sendText(reply, body)
  },
)

app.get<{ Params: { username: string }; Querystring: PageRequest }>(
  underBase(posts),
  {
    config: { operationId: 'listPosts' },
    schema: {
      params: parametersOf(posts, 'get', 'path'),
      querystring: parametersOf(posts, 'get', 'query'),
      response: { 200: schemaOf('PostPage'), ...problem },
    },
  },
  async ({ params, query }, reply) => {
    const write: Write = (it) => String(reply.serializeInput(it, '200'))
    const { body, link, status } = await readPage(params.username, query, write)
    reply.headers(cacheHeaders.shared).header('Cache-Status', `api; ${status}`)
    if (link !== '') reply.header('Link', link)
    return sendText(reply, body)
  },
)

app.post<{ Params: { username: string }; Body: NewPost }>(
  underBase(posts),
  {
    config: { operationId: 'createPost' },
    onRequest: authenticate,
    schema: {
      params: parametersOf(posts, 'post', 'path'),
      body: schemaOf('PostCreate'),
      response: { 201: schemaOf('Post'), ...problem },
    },
  },
  async (request, reply) => {
    const { params, body } = request
    const { post: written, location } = await writePost(callerOf(request), params.username, body)
    reply.code(201).headers(cacheHeaders.never).header('Location', location)
    return written
  },
)

/** Sends text that is JSON already. */
function sendText(reply: FastifyReply, text: string) {
  return reply
    .type('application/json')
    .serializer((it: string) => it)
    .send(text)
}

await app.listen({ port, host: '127.0.0.1' })
