// express with express-openapi-validator as its guide has it: the contract is read at start, the
// validator checks what comes in and who it comes from, and handlers answer. The database is reached
// by knex, Redis by ioredis.
import { randomUUID } from 'node:crypto'
import express, { type NextFunction, type Request, type Response } from 'express'
import * as OpenApiValidator from 'express-openapi-validator'
import helmet from 'helmet'
import { formats } from '../../src/engine/formats.ts'
import {
  etagOf,
  type Fault,
  faultOf,
  forHelmet,
  kept,
  type ProblemStatus,
  problemHeaders,
  problemOf,
  Refused,
} from './parts/answers.ts'
import { strictDocument } from './parts/document.ts'
import { claimsOf, health, readPage, readPost, userOf, writePost } from './parts/handlers.ts'
import { log, since } from './parts/log.ts'
import { shownUser, type UserRow } from './parts/rows.ts'
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
app.use(helmet(forHelmet))
app.use(express.json({ limit: 1_048_576 }))

app.use(
  OpenApiValidator.middleware({
    // The package's types know the document as it is written by hand, not as it is read.
    apiSpec: strictDocument() as unknown as Parameters<
      typeof OpenApiValidator.middleware
    >[0]['apiSpec'] &
      object,
    validateResponses: false,
    formats: Object.fromEntries(
      Object.entries(formats).map(([name, { accepts }]) => [
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
  sendRead(res, write(health()), kept.health)
})

app.get('/api/v1/users/me', (_req, res: Answer) => {
  res.locals.operationId = 'getCurrentUser'
  sendRead(res, write(shownUser(callerOf(res))), kept.own)
})

app.get('/api/v1/users/:username/posts/:postId', async ({ params }, res) => {
  res.locals.operationId = 'getPost'
  const { body, status } = await readPost(params.username, params.postId, write)
  sendRead(res, body, kept.shared, { 'Cache-Status': `api; ${status}` })
})

app
  .route('/api/v1/users/:username/posts')
  .get(async (req, res) => {
    res.locals.operationId = 'listPosts'
    const { limit, cursor } = req.query
    const page = { limit: Number(limit), cursor: cursor === undefined ? cursor : String(cursor) }
    const { body, link, status } = await readPage(req.params.username, page, write)
    const more = { 'Cache-Status': `api; ${status}`, ...(link !== '' && { Link: link }) }
    sendRead(res, body, kept.shared, more)
  })
  .post(async (req, res: Answer) => {
    res.locals.operationId = 'createPost'
    const { post, location } = await writePost(callerOf(res), req.params.username, req.body)
    json(res.status(201)).set({ ...kept.never, Location: location })
    res.send(write(post))
  })

/** The caller, where the validator has let the request through. */
function callerOf({ locals }: Answer): UserRow {
  if (locals.user === undefined) throw new Refused(401)
  return locals.user
}

interface Invalid {
  readonly status?: number
  readonly type?: string
  readonly errors?: readonly { path: string; message: string }[]
}

app.use((error: Refused | Invalid, _req: Request, res: Answer, _next: NextFunction) => {
  if (error instanceof Refused) return sendProblem(res, error.status, error.errors)
  const { status = 500, type, errors = [] } = error
  if (type === 'entity.parse.failed') return sendProblem(res, 400)
  // What a security handler throws is not passed on.
  if (status === 401 || status === 404) return sendProblem(res, status)
  if (status !== 400) throw error
  return sendProblem(res, 422, errors.map(inWords))
})

function inWords({ path, message }: { path: string; message: string }): Fault {
  const [, limit] = /^must be >= (\d+)$/.exec(message) ?? []
  return faultOf(path, limit === undefined ? '' : 'minimum', limit, message)
}

function sendProblem(res: Answer, status: ProblemStatus, errors?: readonly Fault[]) {
  res.status(status).set(problemHeaders(status)).type('application/problem+json')
  res.send(write(problemOf(status, res.locals.requestId, errors)))
}

const server = app.listen(settings.port, '127.0.0.1')
server.keepAliveTimeout = settings.keepAliveTimeout
