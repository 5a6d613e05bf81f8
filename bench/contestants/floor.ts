// The fair floor: `node:http` with hand-written pg and ioredis. It does exactly what the service does
// for the workloads, without a framework, a contract or a schema: what the service takes longer is
// what those cost.
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { changing, keep, look } from './floor/cache.ts'
import { checkId, checkName, newPostOf, pageRequestOf, subjectOf } from './floor/checks.ts'
import { createPost, findBySession, findPost, listPosts } from './floor/database.ts'
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

const postsUrl = /^\/api\/v1\/users\/([^/]+)\/posts(?:\/([^/]+))?$/

async function answer(req: IncomingMessage, exchange: Exchange): Promise<Reply> {
  const [path = '', query] = (req.url ?? '').split('?', 2)
  if (path === '/api/v1/health' && req.method === 'GET') {
    exchange.operationId = 'getHealth'
    return read(JSON.stringify({ status: 'ok', version: settings.version }), kept.health)
  }
  if (path === '/api/v1/users/me' && req.method === 'GET') {
    exchange.operationId = 'getCurrentUser'
    return read(JSON.stringify(shownUser(await userOf(req, exchange))), kept.own)
  }
  const [, username = '', postId] = postsUrl.exec(path) ?? []
  if (username === '') throw new Refused(404)
  if (postId !== undefined) return answerPost(username, postId, exchange)
  if (req.method === 'POST') return answerCreate(req, username, exchange)
  exchange.operationId = 'listPosts'
  checkName(username)
  return answerList(username, query)
}

function read(body: string, policy: object, more: object = {}): Reply {
  const headers = { ...policy, ...more, ETag: etagOf(body) }
  return { status: 200, body, headers: { 'Content-Type': 'application/json', ...headers } }
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
  const tags = ['epoch', 'list#', `list#${username}`]
  return cached(`list:${username}?${limit}&${cursor}`, tags, async () => {
    const rows = await listPosts(username, request)
    if (rows === undefined) throw new Refused(404)
    const page = shownPage(rows, limit)
    return { body: JSON.stringify(page), link: nextLink(username, limit, page.nextCursor) }
  })
}

type Load = () => Promise<{ readonly body: string; readonly link: string }>

/** The answer that is kept, with its own headers in front of the body, or else the one of `load`. */
async function cached(key: string, tags: readonly string[], load: Load): Promise<Reply> {
  const { state, value, tokens } = await look(key, tags)
  if (value !== undefined) {
    const end = value.indexOf('\n')
    const headers = JSON.parse(value.toString('latin1', 0, end))
    return { status: 200, body: value.subarray(end + 1), headers: { ...headers, ...hit } }
  }
  const { body, link } = await load()
  const { headers } = read(body, kept.shared, link ? { Link: link } : {})
  if (tokens === undefined) {
    const status = state === 'unused' ? 'fwd=bypass' : 'fwd=uri-miss'
    return { status: 200, body, headers: { ...headers, 'Cache-Status': `api; ${status}` } }
  }
  void keep(key, tokens, `${JSON.stringify(headers)}\n${body}`)
  return { status: 200, body, headers: { ...headers, 'Cache-Status': 'api; fwd=uri-miss; stored' } }
}

const hit = { 'Cache-Status': 'api; hit' }

async function answerCreate(req: IncomingMessage, username: string, exchange: Exchange) {
  exchange.operationId = 'createPost'
  const author = await userOf(req, exchange)
  if (author.username !== username) throw new Refused(403)
  const post = newPostOf(await textOf(req))
  const row = await changing(`list#${username}`, () => createPost(author.id, post))
  if (row === undefined) throw new Refused(404)
  const headers = {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    Location: `/api/v1/users/${username}/posts/${row.id}`,
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
  const headers = { ...problemHeaders(status), 'Content-Type': 'application/problem+json' }
  return { status, body: JSON.stringify(problemOf(status, requestId, error.errors)), headers }
}

function send(res: ServerResponse, requestId: string, { status, body, headers }: Reply) {
  const all = { 'X-Request-Id': requestId, ...forBrowsers, ...headers }
  res.writeHead(status, { ...all, 'Content-Length': Buffer.byteLength(body) })
  res.end(body)
}

const { keepAliveTimeout, port } = settings

const server = createServer({ keepAliveTimeout }, async (req, res) => {
  const start = performance.now()
  const exchange: Exchange = { requestId: randomUUID() }
  res.once('close', () => {
    const line = {
      level: 'info',
      time: isoTime(),
      part: 'api',
      ...exchange,
      method: req.method,
      path: req.url?.split('?', 1)[0],
      status: res.statusCode,
      ms: since(start),
      msg: 'request',
    }
    writeSync(1, `${JSON.stringify(line)}\n`)
  })
  const { requestId } = exchange
  const reply = await answer(req, exchange).catch((error: unknown) => refusal(error, requestId))
  send(res, requestId, reply)
})
server.listen(port, '127.0.0.1')
