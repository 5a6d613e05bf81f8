// The floor that the service is measured against: `node:http` and hand-written pg, without a
// framework, a contract or a check. It sends the very bytes that the service sends, names each
// request and writes the same line about it, so that the difference is what the rest costs.
//   node bare.js <database url> <version of the service> [cached]
import { hash, randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { Redis } from 'ioredis'
import pg from 'pg'

const [connectionString, version, cached] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString, max: 10 })
const port = Number(process.env.REDIS_CACHE_PORT)
const redis = cached ? new Redis(port, '127.0.0.1') : undefined

interface Reply {
  readonly operationId?: string
  readonly status: number
  readonly body: string | Buffer
  readonly headers?: Record<string, string>
}

const postUrl = /^\/api\/v1\/users\/(\w+)\/posts\/([\w-]+)$/

async function replyTo(url: string, requestId: string): Promise<Reply> {
  if (url === '/api/v1/health') {
    const body = JSON.stringify({ status: 'ok', version })
    return { operationId: 'getHealth', status: 200, body, headers: reading(body, 'no-cache') }
  }
  const [, username, postId] = postUrl.exec(url) ?? []
  if (username && postId) return redis ? cachedPost(redis, url) : getPost(username, postId)
  if (url === '/api/v1/users/me') return unauthenticated(requestId)
  if (url.endsWith('?limit=0')) return invalid(requestId)
  return notFound(requestId)
}

const postQuery = `select posts.* from posts join users on users.id = posts.user_id
  where users.username = $1 and posts.id = $2
    and posts.deleted_at is null and users.deleted_at is null`

async function getPost(username: string, postId: string): Promise<Reply> {
  const values = [username, postId]
  const { rows } = await pool.query({ name: 'getPost', text: postQuery, values })
  const { id, title, text, media_url, created_at, updated_at } = rows[0]
  const times = { createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() }
  const body = JSON.stringify({ id, title, text, mediaUrl: media_url, ...times })
  const headers = { ...reading(body, keep), 'Cache-Status': 'api; fwd=bypass' }
  return { operationId: 'getPost', status: 200, body, headers }
}

const keep = 'public, max-age=60'

function reading(body: string, cacheControl: string) {
  return {
    ETag: `"${hash('sha1', body, 'base64url')}"`,
    'Cache-Control': cacheControl,
    Vary: 'Accept',
  }
}

/** The look-up that the service makes: as many keys in one command, and the answer as bytes. */
async function cachedPost(store: Redis, url: string): Promise<Reply> {
  const keys = [1, 2, 3, 4, 5].map((tag) => `bare:tag:${tag}:${url}`)
  const key = `bare:entry:${url}`
  const [entry] = await store.mgetBuffer([key, ...keys])
  if (entry == null) {
    const [, username = '', postId = ''] = postUrl.exec(url) ?? []
    const made = await getPost(username, postId)
    await store.mset(Object.fromEntries(keys.map((it) => [it, randomUUID()])))
    await store.set(key, `${made.headers?.ETag}\n${made.body}`)
    return made
  }
  const end = entry.indexOf('\n')
  const headers = {
    ETag: entry.toString('latin1', 0, end),
    'Cache-Control': keep,
    Vary: 'Accept',
    'Cache-Status': 'api; hit',
  }
  return { operationId: 'getPost', status: 200, body: entry.subarray(end + 1), headers }
}

function problem(
  requestId: string,
  status: number,
  code: string,
  title: string,
  detail: string,
  errors?: object[],
): string {
  const type = `/problems/${code.replace('_', '-')}`
  return JSON.stringify({ type, title, status, detail, code, requestId, errors })
}

function unauthenticated(id: string): Reply {
  const detail = 'This operation needs an access token.'
  const body = problem(id, 401, 'unauthenticated', 'Unauthenticated', detail)
  const headers = { 'WWW-Authenticate': 'Bearer' }
  return { operationId: 'getCurrentUser', status: 401, body, headers }
}

function notFound(id: string): Reply {
  const body = problem(id, 404, 'not_found', 'Not found', 'There is no such resource.')
  return { status: 404, body }
}

function invalid(id: string): Reply {
  const detail = 'The request does not fit the contract; errors says where.'
  const errors = [{ pointer: '/query/limit', detail: 'must be 1 or more' }]
  const body = problem(id, 422, 'validation_failed', 'Validation failed', detail, errors)
  return { operationId: 'listPosts', status: 422, body }
}

const forBrowsers = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000',
  'x-content-type-options': 'nosniff',
}

function send(res: ServerResponse, requestId: string, { status, body, headers }: Reply) {
  const json = status === 200 ? 'application/json' : 'application/problem+json'
  res.writeHead(status, {
    'X-Request-Id': requestId,
    ...forBrowsers,
    'Cache-Control': 'no-store',
    ...headers,
    'Content-Length': Buffer.byteLength(body),
    'Content-Type': json,
  })
  res.end(body)
}

const server = createServer({ keepAliveTimeout: 65_000 }, async (req, res) => {
  const start = performance.now()
  const requestId = randomUUID()
  const { method, url = '' } = req
  const reply = await replyTo(url, requestId)
  res.once('close', () => {
    const line = {
      level: 'info',
      time: new Date().toISOString(),
      part: 'api',
      requestId,
      operationId: reply.operationId,
      method,
      path: url.split('?', 1)[0],
      status: reply.status,
      ms: Math.round((performance.now() - start) * 100) / 100,
      msg: 'request',
    }
    writeSync(1, `${JSON.stringify(line)}\n`)
  })
  send(res, requestId, reply)
})
server.listen(Number(process.env.PORT), '127.0.0.1')
