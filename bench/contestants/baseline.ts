// The fair floor: `node:http` with hand-written pg and ioredis. It does what the service does for the
// workloads, without a framework, a contract or a schema: what the service takes longer is what those
// cost, and what the workloads do not ask for, such as If-None-Match, HEAD, or a request id of the
// client's.
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { changing, keep, look } from './baseline/cache.ts'
import { checkId, checkName, newPostOf, pageRequestOf, subjectOf } from './baseline/checks.ts'
import { createPost, findBySession, findPost, findUser, listPosts } from './baseline/database.ts'
import {
  etagOf,
  forBrowsers,
  kept,
  type ProblemStatus,
  problemHeaders,
  problemOf,
  Refused,
} from './parts/answers.ts'
import { isoTime, since } from './parts/log.ts'
import { nextLink, shownPage, shownPost, shownUser } from './parts/rows.ts'
import { settings } from './parts/settings.ts'

interface Reply {
  readonly status: number
  readonly body: string | Buffer
  readonly headers: Record<string, string>
}

/** What a line says of a request beside its outcome. */
interface Exchange {
  readonly requestId: string
  operationId?: string
  principalId?: string
}

const { keepAliveTimeout, keyPrefix, port, version } = settings
const postsUrl = /^\/api\/v1\/users\/([^/]+)\/posts(?:\/([^/]+))?$/

async function answer(req: IncomingMessage, exchange: Exchange): Promise<Reply> {
  const [path = '', query] = (req.url ?? '').split('?', 2)
  if (path === '/api/v1/health' && req.method === 'GET') {
    exchange.operationId = 'getHealth'
    return read(JSON.stringify({ status: 'ok', version }), kept.health)
  }
  if (path === '/api/v1/users/me' && req.method === 'GET') {
    exchange.operationId = 'getCurrentUser'
    const { id } = await userOf(req, exchange)
    const user = await findUser(id)
    if (user === undefined) throw new Refused(401)
    return read(JSON.stringify(shownUser(user)), kept.own)
  }
  const [, username = '', postId] = postsUrl.exec(path) ?? []
  if (username === '') throw new Refused(404)
  if (postId !== undefined) return answerPost(username, postId, exchange)
  if (req.method === 'POST') return answerCreate(req, username, exchange)
  exchange.operationId = 'listPosts'
  checkName(username)
  return answerList(username, query)
}

const json = { 'Content-Type': 'application/json' }

function read(body: string, policy: object): Reply {
  return { status: 200, body, headers: { ETag: etagOf(body), ...json, ...policy } }
}

async function answerPost(username: string, postId: string, exchange: Exchange): Promise<Reply> {
  exchange.operationId = 'getPost'
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
    if (row === undefined) throw new Refused(404)
    return { body: JSON.stringify(shownPost(row)), link: '' }
  })
}

async function answerList(username: string, query: string | undefined): Promise<Reply> {
  const request = pageRequestOf(query)
  const { limit, cursor = '' } = request
  const tags = [epoch, `${keyPrefix}list#`, listTag(username)]
  return cached(`${keyPrefix}list:${username}?${limit}&${cursor}`, tags, async () => {
    const rows = await listPosts(username, request)
    if (rows === undefined) throw new Refused(404)
    const page = shownPage(rows, limit)
    return { body: JSON.stringify(page), link: nextLink(username, limit, page.nextCursor) }
  })
}

const epoch = `${keyPrefix}epoch`
const listTag = (username: string) => `${keyPrefix}list#${username}`

type Load = () => Promise<{ readonly body: string; readonly link: string }>

/** The answer that is kept, or else the one of `load`, which is kept from then on. */
async function cached(key: string, tags: readonly string[], load: Load): Promise<Reply> {
  const { state, value, tokens } = await look(key, tags)
  if (value !== undefined) {
    const end = value.indexOf('\n')
    const next = value.indexOf('\n', end + 1)
    const link = value.toString('latin1', end + 1, next)
    const body = value.subarray(next + 1)
    return shared(body, value.toString('latin1', 0, end), link, 'api; hit')
  }
  const { body, link } = await load()
  const etag = etagOf(body)
  if (tokens === undefined) {
    return shared(body, etag, link, state === 'unused' ? 'api; fwd=bypass' : 'api; fwd=uri-miss')
  }
  void keep(key, tokens, `${etag}\n${link}\n${body}`)
  return shared(body, etag, link, 'api; fwd=uri-miss; stored')
}

function shared(body: string | Buffer, etag: string, link: string, cacheStatus: string): Reply {
  const own = { ETag: etag, 'Cache-Status': cacheStatus, ...json, ...kept.shared }
  return { status: 200, body, headers: link === '' ? own : { Link: link, ...own } }
}

async function answerCreate(req: IncomingMessage, username: string, exchange: Exchange) {
  exchange.operationId = 'createPost'
  const author = await userOf(req, exchange)
  if (author.username !== username) throw new Refused(403)
  const post = newPostOf(await textOf(req))
  const row = await changing(listTag(username), () => createPost(author.id, post))
  const headers = {
    Location: `/api/v1/users/${username}/posts/${row.id}`,
    ...json,
    ...kept.never,
  }
  return { status: 201, body: JSON.stringify(shownPost(row)), headers }
}

async function userOf(req: IncomingMessage, exchange: Exchange) {
  const { sub, sid } = subjectOf(req.headers.authorization)
  const user = await findBySession(sub, sid)
  if (user === undefined) throw new Refused(401)
  exchange.principalId = user.id
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

function refusal(error: unknown, requestId: string): Reply {
  if (!(error instanceof Refused)) throw error
  const status: ProblemStatus = error.status
  const headers = { 'Content-Type': 'application/problem+json', ...problemHeaders(status) }
  return { status, body: JSON.stringify(problemOf(status, requestId, error.errors)), headers }
}

function send(res: ServerResponse, requestId: string, { status, body, headers }: Reply) {
  // In this order: V8 makes a hidden class for each object that is spread first and then added to.
  const length = Buffer.byteLength(body)
  const own = { 'X-Request-Id': requestId, 'Content-Length': length, ...forBrowsers, ...headers }
  res.writeHead(status, own)
  res.end(body)
}

let lines = ''

/** Written at the end of the turn, with the lines of all requests that end in it. */
function log(line: string) {
  if (lines === '') setImmediate(writeLines)
  lines += line
}

function writeLines() {
  writeSync(1, lines)
  lines = ''
}

// As the service does: what a request has made is not to be kept among the old objects.
setFlagsFromString('--no-allocation-site-pretenuring')
const server = createServer({ keepAliveTimeout }, async (req, res) => {
  const start = performance.now()
  const exchange: Exchange = { requestId: randomUUID() }
  res.once('close', () => {
    const line = {
      level: 'info',
      time: isoTime(),
      part: 'api',
      requestId: exchange.requestId,
      operationId: exchange.operationId,
      principalId: exchange.principalId,
      method: req.method,
      path: req.url?.split('?', 1)[0],
      status: res.statusCode,
      ms: since(start),
      msg: 'request',
    }
    log(`${JSON.stringify(line)}\n`)
  })
  const { requestId } = exchange
  const reply = await answer(req, exchange).catch((error: unknown) => refusal(error, requestId))
  send(res, requestId, reply)
})
server.listen(port, '127.0.0.1')
