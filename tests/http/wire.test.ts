// Bytes that no HTTP client sends: the server answers each of them and closes its connection.
import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { person, tester } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()

/** Sends bytes and returns all that the server sends until the connection closes. */
function send(...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(service.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(lines.join('\r\n')))
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    socket.on('error', reject).on('close', () => resolve(text))
    socket.setTimeout(5000, () => socket.destroy(new Error(`no end after: ${text}`)))
  })
}

const close = ['Host: localhost', 'Connection: close', '', '']
const sneaky = ['Content-Length: 4', 'Transfer-Encoding: chunked', '', '0', '', '']

describe('bytes that are not an HTTP request', () => {
  it.each([
    [
      'a length and an encoding at once',
      400,
      ['POST /api/v1/users HTTP/1.1', 'Host: x', ...sneaky],
    ],
    [
      'two lengths',
      400,
      ['POST /api/v1/users HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Content-Length: 2', '', 'a'],
    ],
    [
      'a length that is not a number',
      400,
      ['POST /api/v1/users HTTP/1.1', 'Host: x', 'Content-Length: ten', '', 'a'],
    ],
    ['a NUL in a header', 400, ['GET /api/v1/health HTTP/1.1', 'Host: x', 'X-A: a\0b', '', '']],
    ['no host', 400, ['GET /api/v1/health HTTP/1.1', 'Connection: close', '', '']],
    ['a target that is no URL', 400, ['GET http://[/ HTTP/1.1', ...close]],
    ['a target with an empty xn-- label', 400, ['GET http://xn--/x HTTP/1.1', ...close]],
    ['a target with an invalid xn-- label', 400, ['GET http://a.XN--0.pt:80 HTTP/1.1', ...close]],
    ['a target of another scheme', 400, ['GET foo://bar HTTP/1.1', ...close]],
    ['a target of a scheme alone', 400, ['GET http:// HTTP/1.1', ...close]],
    [
      'another transfer coding',
      400,
      [
        'POST /api/v1/login HTTP/1.1',
        'Transfer-Encoding: foo, chunked',
        ...close.slice(0, 2),
        '',
        '0',
        '',
        '',
      ],
    ],
    ['an unknown expectation', 417, ['GET /api/v1/health HTTP/1.1', 'Expect: foo', ...close]],
    ['a request for a tunnel', 400, ['CONNECT a:1 HTTP/1.1', ...close]],
    ['no HTTP at all', 400, ['nonsense', '', '']],
    [
      'headers without end',
      431,
      ['GET /api/v1/health HTTP/1.1', `X-A: ${'a'.repeat(20_000)}`, ...close],
    ],
  ] as [string, number, string[]][])('%s', async (_, status, lines) => {
    const answer = await send(...lines)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toMatch(/problem\+json[\s\S]*"requestId":"[\w-]+"/)
  })

  it('get a problem document, with the request id in a header too', async () => {
    const answer = await send('POST /api/v1/users HTTP/1.1', 'Host: x', ...sneaky)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    const { requestId, code } = JSON.parse(body)
    expect(code).toBe('malformed_request')
    expect(head).toContain(`X-Request-Id: ${requestId}`)
  })
})

describe('an unusual HTTP request', () => {
  it.each([
    ['GET http://localhost/api/v1/health', 200],
    ['GET /api/v1/health#fragment', 200],
    ['GET HTTP://localhost', 404],
    ['GET http://xn--bcher-kva.example/api/v1/health', 200],
    ['GET http://localhost?x', 404],
    ['GET //api/v1/health', 404],
    ['GET /api/v1/../v1/health', 404],
    ['GET /api/v1/%2e%2e/v1/health', 404],
    ['GET /api/v1/health;x=1', 404],
    ['GET *', 404],
    ['TRACE /api/v1/health', 405],
    ['PROPFIND /api/v1/health', 405],
    ['PUT /api/v1/users', 405],
  ])('%s', async (request, status) => {
    const answer = await send(`${request} HTTP/1.1`, ...close)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    if (status >= 400) expect(answer).toContain('application/problem+json')
  })
})

it('logs a path exactly as it was sent', async () => {
  const path = '/api/v1/"a\\b"'
  await send(`GET ${path}?secret HTTP/1.1`, ...close)
  const line = await until('its line', () => service.logged().find((it) => it.path === path))
  expect(line).toMatchObject({ level: 'info', part: 'test', method: 'GET', status: 404 })
})

it('rejects a Content-Length that is too large at once', async () => {
  const head = ['POST /api/v1/login HTTP/1.1', 'Content-Type: application/json']
  const answer = await send(...head, 'Content-Length: 4294967298', ...close)
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
})

it('answers the request before invalid bytes, but not the invalid bytes', async () => {
  const body = JSON.stringify({ username: 'ada', password: 'Wrong-1' })
  const head = ['POST /api/v1/login HTTP/1.1', 'Host: x', 'Content-Type: application/json']
  const answer = await send(...head, `Content-Length: ${body.length}`, '', `${body}X`, '', '')
  expect(answer).toMatch(/^HTTP\/1.1 401 /)
  expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1)
})

it('does not report a client that goes away as an internal error', async () => {
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  const head = ['POST /api/v1/login HTTP/1.1', 'Host: x', 'Content-Type: application/json']
  socket.write([...head, 'X-Request-Id: left-early', 'Content-Length: 100', '', '{'].join('\r\n'))
  await until('the connection', () => (socket.bytesWritten > 0 && !socket.connecting) || undefined)
  socket.end()
  socket.destroySoon()
  const line = await until('the line about it', () =>
    service.logged().find((it) => it.requestId === 'left-early' && it.msg === 'request'),
  )
  expect(line.aborted).toBe(true)
})

describe('after a rejected body', () => {
  const spaces = Buffer.alloc(30_000_000, ' ')

  it.each([
    ['compressed and too large', 413, 'gzip', gzipSync(spaces)],
    ['deflated and too large', 413, 'deflate', deflateSync(spaces)],
    ['too large', 413, 'identity', spaces.subarray(0, 3_000_000)],
    ['corrupt', 400, 'gzip', Buffer.concat([gzipSync('{}').subarray(0, 12), Buffer.alloc(9000)])],
    ['in an unsupported compression', 415, 'br', brotliCompressSync(Buffer.from('{}'))],
    ['without the compression that its header names', 415, 'br', Buffer.from('{}')],
  ])('%s, the connection stays open', async (_, status, encoding, body) => {
    const { hostname, port } = new URL(service.url)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    const head = ['POST /api/v1/login HTTP/1.1', 'Host: x', 'Content-Type: application/json']
    const more = [`Content-Encoding: ${encoding}`, `Content-Length: ${body.length}`, '', '']
    socket.write([...head, ...more].join('\r\n'))
    socket.write(body)
    await until('the error response', () => text.includes(`HTTP/1.1 ${status} `) || undefined)
    socket.write('GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    await until('the next answer', () => text.includes('HTTP/1.1 200 ') || undefined)
    socket.destroy()
  })
})

/** Runs `act` while a request with a token waits for the database. */
async function whileTokensWait<Result>(send: () => void, act: () => Promise<Result>) {
  return service.db.transaction(async (trx) => {
    await trx.raw('lock table sessions in access exclusive mode')
    send()
    await until('a request that waits', async () => {
      await trx.raw('select pg_stat_clear_snapshot()')
      const { rows } = await trx.raw(
        `select pid from pg_stat_activity
         where wait_event_type = 'Lock' and datname = current_database()`,
      )
      return rows[0]
    })
    return act()
  })
}

const lineOf = (operationId: string) =>
  until('its line', () => service.logged().find((it) => it.operationId === operationId))

it('does not report a client that goes away before its body is read', async () => {
  const by = await person(service)
  const going = new AbortController()
  let patch: Promise<unknown> | undefined
  const ask = () => {
    patch = fetch(`${service.url}/api/v1/users/me`, {
      method: 'PATCH',
      body: JSON.stringify({ name: 'Renamed' }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${by.token}` },
      signal: going.signal,
    })
  }
  const line = await whileTokensWait(ask, async () => {
    going.abort()
    await expect(patch).rejects.toThrow()
    return lineOf('updateCurrentUser')
  })
  expect(line.aborted).toBe(true)
  const row = await service.db('users').where({ id: by.id }).first()
  expect(row.name).toBe(tester.name)
})

it('does not report a client that resets its connection before the response', async () => {
  const by = await person(service)
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  const head = ['GET /api/v1/users/me HTTP/1.1', 'Host: x', `Authorization: Bearer ${by.token}`]
  const ask = () => void socket.write([...head, '', ''].join('\r\n'))
  const line = await whileTokensWait(ask, async () => {
    socket.resetAndDestroy()
    return lineOf('getCurrentUser')
  })
  expect(line.aborted).toBe(true)
})

it('does not report a client that resets its connection during a long response', async () => {
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  const begun = new Promise((resolve) => socket.once('data', () => resolve(socket.pause())))
  // More than the buffers of the system hold.
  const path = '/docs/swagger-ui-bundle.js'
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(10))
  await begun
  socket.resetAndDestroy()
  await until('a line about one', () =>
    service.logged().find((it) => it.path === path && it.aborted),
  )
})
