// express with express-openapi-validator as in its guide: it reads the contract at start, validates and
// authenticates requests, and handlers answer. knex and ioredis reach the databases.
import { randomUUID } from 'node:crypto'
import express, { type NextFunction, type Request, type Response } from 'express'
import * as OpenApiValidator from 'express-openapi-validator'
import helmet from 'helmet'
import {
  cacheHeaders,
  etagOf,
  type FieldError,
  fieldErrorOf,
  helmetSettings,
  Problem,
  type ProblemStatus,
  problemHeaders,
  problemOf,
} from './parts/answers.ts'
import { strictDocument } from './parts/document.ts'
import { formatChecks } from './parts/formats.ts'
import { claimsOf, health, readPage, readPost, userOf, writePost } from './parts/handlers.ts'
import { log, since } from './parts/log.ts'
import { toUser, type UserRow } from './parts/rows.ts'
import { settings } from './parts/settings.ts'

const app = express()
app.disable('x-powered-by')
app.disable('etag')

interface Locals {
  requestId: string
  operationId?: string
  user?: UserRow
}
type Answer = Response<unknown, Locals & Record<string, unknown>>

app.use((req, res: Answer, next) => {
  const start = performance.now()
  const requestId = randomUUID()
  res.locals.requestId = requestId
  res.set('X-Request-Id', requestId)
  res.once('close', () => {
    const { operationId, user } = res.locals
    const outcome = { status: res.statusCode, principalId: user?.id, ms: since(start) }
    const path = req.originalUrl.split('?', 1)[0]
    log.info({ requestId, operationId, method: req.method, path, ...outcome }, 'request')
  })
  next()
})
app.use(helmet(helmetSettings))
app.use(express.json({ limit: 1_048_576 }))

app.use(
  OpenApiValidator.middleware({
    // The package's type describes a literal document, not one that was read from a file.
    apiSpec: strictDocument() as unknown as Parameters<
      typeof OpenApiValidator.middleware
    >[0]['apiSpec'] &
      object,
    validateResponses: false,
    formats: Object.fromEntries(
      Object.entries(formatChecks).map(([name, accepts]) => [
        name,
        { type: 'string', validate: (value: unknown) => accepts(String(value)) },
      ]),
    ),
    validateSecurity: {
      handlers: {
        bearer: async (req) => {
          const { res } = req
          if (res) res.locals.user = await userOf(claimsOf(req.headers.authorization))
          return true
        },
      },
    },
  }),
)

const json = (res: Response) => res.type('application/json')
const write = (it: object) => JSON.stringify(it)

function sendRead(res: Response, body: string, policy: object, more: object = {}) {
  json(res).set({ ...policy, ...more, ETag: etagOf(body) })
  res.send(body)
}

app.get('/api/v1/health', (_req, res) => {
  res.locals.operationId = 'getHealth'
  sendRead(res, write(health()), cacheHeaders.health)
})

app.get('/api/v1/users/me', (_req, res: Answer) => {
  res.locals.operationId = 'getCurrentUser'
  sendRead(res, write(toUser(callerOf(res))), cacheHeaders.own)
})

app.get('/api/v1/users/:username/posts/:postId', async ({ params }, res) => {
  res.locals.operationId = 'getPost'
  const { body, status } = await readPost(params.username, params.postId, write)
  sendRead(res, body, cacheHeaders.shared, { 'Cache-Status': `api; ${status}` })
})

app
  .route('/api/v1/users/:username/posts')
  .get(async (req, res) => {
    res.locals.operationId = 'listPosts'
    const { limit, cursor } = req.query
    const page = { limit: Number(limit), cursor: cursor === undefined ? cursor : String(cursor) }
    const { body, link, status } = await readPage(req.params.username, page, write)
    const more = { 'Cache-Status': `api; ${status}`, ...(link !== '' && { Link: link }) }
    sendRead(res, body, cacheHeaders.shared, more)
  })
  .post(async (req, res: Answer) => {
    res.locals.operationId = 'createPost'
    const { post, location } = await writePost(callerOf(res), req.params.username, req.body)
    json(res.status(201)).set({ ...cacheHeaders.never, Location: location })
    res.send(write(post))
  })

/** Returns the caller that the validator's security handler found. */
function callerOf({ locals }: Answer): UserRow {
  if (locals.user === undefined) throw new Problem(401)
  return locals.user
}

interface Invalid {
  readonly status?: number
  readonly type?: string
  readonly errors?: readonly { path: string; message: string }[]
}

app.use((error: Problem | Invalid, _req: Request, res: Answer, _next: NextFunction) => {
  if (error instanceof Problem) return sendProblem(res, error.status, error.errors)
  const { status = 500, type, errors = [] } = error
  if (type === 'entity.parse.failed') return sendProblem(res, 400)
  // The validator does not pass on the error of a security handler, only its status.
  if (status === 401 || status === 404) return sendProblem(res, status)
  if (status !== 400) throw error
  return sendProblem(res, 422, errors.map(fieldErrorFrom))
})

function fieldErrorFrom({ path, message }: { path: string; message: string }): FieldError {
  const [, limit] = /^must be >= (\d+)$/.exec(message) ?? []
  return fieldErrorOf(path, limit === undefined ? '' : 'minimum', limit, message)
}

function sendProblem(res: Answer, status: ProblemStatus, errors?: readonly FieldError[]) {
  res.status(status).set(problemHeaders(status)).type('application/problem+json')
  res.send(write(problemOf(status, res.locals.requestId, errors)))
}

const server = app.listen(settings.port, '127.0.0.1')
server.keepAliveTimeout = settings.keepAliveTimeout
