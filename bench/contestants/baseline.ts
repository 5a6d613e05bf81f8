// The baseline: `node:http` with hand-written pg and ioredis. It does for the workloads what the service
// does, without a framework, a contract or a schema. The difference is what those cost, together with
// features that the workloads do not use, such as If-None-Match, HEAD and request ids from clients.
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { getEntry, invalidate, setEntry } from './baseline/cache.ts'
import { checkId, checkName, newPostOf, pageRequestOf, subjectOf } from './baseline/checks.ts'
import { createPost, findBySession, findPost, findUser, listPosts } from './baseline/database.ts'
import {
  cacheHeaders,
  etagOf,
  Problem,
  type ProblemStatus,
  problemHeaders,
  problemOf,
  securityHeaders,
} from './parts/answers.ts'
import { isoTime, since } from './parts/log.ts'
import { nextLink, toPage, toPost, toUser } from './parts/rows.ts'
import { settings } from './parts/settings.ts'

interface Reply {
  readonly status: number
  readonly body: string | Buffer
  readonly headers: Record<string, string>
}

/** The fields of a log line that are known before the response. */
interface RequestContext {
  readonly requestId: string
  operationId?: string
  principalId?: string
}

const { keepAliveTimeout, keyPrefix, port, version } = settings
const postsUrl = /^\/api\/v1\/users\/([^/]+)\/posts(?:\/([^/]+))?$/

async function answer(req: IncomingMessage, context: RequestContext): Promise<Reply> {
  const [path = '', query] = (req.url ?? '').split('?', 2)
  if (path === '/api/v1/health' && req.method === 'GET') {
    context.operationId = 'getHealth'
    return read(JSON.stringify({ status: 'ok', version }), cacheHeaders.health)
  }
  if (path === '/api/v1/users/me' && req.method === 'GET') {
    context.operationId = 'getCurrentUser'
    const { id } = await userOf(req, context)
    const user = await findUser(id)
    if (user === undefined) throw new Problem(401)
    return read(JSON.stringify(toUser(user)), cacheHeaders.own)
  }
  const [, username = '', postId] = postsUrl.exec(path) ?? []
  if (username === '') throw new Problem(404)
  if (postId !== undefined) return answerPost(username, postId, context)
  if (req.method === 'POST') return answerCreate(req, username, context)
  context.operationId = 'listPosts'
  checkName(username)
  return answerList(username, query)
}

const json = { 'Content-Type': 'application/json' }

function read(body: string, policy: object): Reply {
  return { status: 200, body, headers: { ETag: etagOf(body), ...json, ...policy } }
}

async function answerPost(
  username: string,
  postId: string,
  context: RequestContext,
): Promise<Reply> {
  context.operationId = 'getPost'
  checkName(username)
  checkId(postId)
  const tags = [
    'epoch',
    'post#',
    `post#${username}`,
    `post#${postId}`,
    `post#${username}/${postId}`,
  ]
  return cached(`post:${username}/${postId}`, tags, async () => {
    const row = await findPost(username, postId)
    if (row === undefined) throw new Problem(404)
    return { body: JSON.stringify(toPost(row)), link: '' }
  })
}

async function answerList(username: string, query: string | undefined): Promise<Reply> {
  const request = pageRequestOf(query)
  const { limit, cursor = '' } = request
  const tags = [epoch, `${keyPrefix}list#`, listTag(username)]
  return cached(`${keyPrefix}list:${username}?${limit}&${cursor}`, tags, async () => {
    const rows = await listPosts(username, request)
    if (rows === undefined) throw new Problem(404)
    const page = toPage(rows, limit)
    return { body: JSON.stringify(page), link: nextLink(username, limit, page.nextCursor) }
  })
}

const epoch = `${keyPrefix}epoch`
const listTag = (username: string) => `${keyPrefix}list#${username}`

type Load = () => Promise<{ readonly body: string; readonly link: string }>

/** Returns the cached response, or else the one that `load` returns, which it caches. */
async function cached(key: string, tags: readonly string[], load: Load): Promise<Reply> {
  const { state, value, versions } = await getEntry(key, tags)
  if (value !== undefined) {
    const end = value.indexOf('\n')
    const next = value.indexOf('\n', end + 1)
    const link = value.toString('latin1', end + 1, next)
    const body = value.subarray(next + 1)
    return shared(body, value.toString('latin1', 0, end), link, 'api; hit')
  }
  const { body, link } = await load()
  const etag = etagOf(body)
  if (versions === undefined) {
    return shared(body, etag, link, state === 'unused' ? 'api; fwd=bypass' : 'api; fwd=uri-miss')
  }
  void setEntry(key, versions, `${etag}\n${link}\n${body}`)
  return shared(body, etag, link, 'api; fwd=uri-miss; stored')
}

function shared(body: string | Buffer, etag: string, link: string, cacheStatus: string): Reply {
  const own = { ETag: etag, 'Cache-Status': cacheStatus, ...json, ...cacheHeaders.shared }
  return { status: 200, body, headers: link === '' ? own : { Link: link, ...own } }
}

async function answerCreate(req: IncomingMessage, username: string, context: RequestContext) {
  context.operationId = 'createPost'
  const author = await userOf(req, context)
  if (author.username !== username) throw new Problem(403)
  const post = newPostOf(await textOf(req))
  const row = await invalidate(listTag(username), () => createPost(author.id, post))
  const headers = {
    Location: `/api/v1/users/${username}/posts/${row.id}`,
    ...json,
    ...cacheHeaders.never,
  }
  return { status: 201, body: JSON.stringify(toPost(row)), headers }
}

async function userOf(req: IncomingMessage, context: RequestContext) {
  const { sub, sid } = subjectOf(req.headers.authorization)
  const user = await findBySession(sub, sid)
  if (user === undefined) throw new Problem(401)
  context.principalId = user.id
  return user
}

const maxBody = 1_048_576

function textOf(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    req.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBody) req.destroy(new Error('too large'))
      else chunks.push(chunk)
    })
    req.on('end', () => resolve(Buffer.concat(chunks).toString()))
    req.on('error', reject)
  })
}

function problemReply(error: unknown, requestId: string): Reply {
  if (!(error instanceof Problem)) throw error
  const status: ProblemStatus = error.status
  const headers = { 'Content-Type': 'application/problem+json', ...problemHeaders(status) }
  return { status, body: JSON.stringify(problemOf(status, requestId, error.errors)), headers }
}

function send(res: ServerResponse, requestId: string, { status, body, headers }: Reply) {
  // Spread last: V8 creates a hidden class for each object that is spread first and then extended.
  const length = Buffer.byteLength(body)
  const own = {
    'X-Request-Id': requestId,
    'Content-Length': length,
    ...securityHeaders,
    ...headers,
  }
  res.writeHead(status, own)
  res.end(body)
}

let lines = ''

/** Writes a line at the end of the turn of the event loop, together with the turn's other lines. */
function log(line: string) {
  if (lines === '') setImmediate(writeLines)
  lines += line
}

function writeLines() {
  writeSync(1, lines)
  lines = ''
}

// As the service does: objects of a request must not be allocated in the old space.
setFlagsFromString('--no-allocation-site-pretenuring')
const server = createServer({ keepAliveTimeout }, async (req, res) => {
  const start = performance.now()
  const context: RequestContext = { requestId: randomUUID() }
  res.once('close', () => {
    const line = {
      level: 'info',
      time: isoTime(),
      part: 'api',
      requestId: context.requestId,
      operationId: context.operationId,
      principalId: context.principalId,
      method: req.method,
      path: req.url?.split('?', 1)[0],
      status: res.statusCode,
      ms: since(start),
      msg: 'request',
    }
    log(`${JSON.stringify(line)}\n`)
  })
  const { requestId } = context
  const reply = await answer(req, context).catch((error: unknown) => problemReply(error, requestId))
  send(res, requestId, reply)
})
server.listen(port, '127.0.0.1')
