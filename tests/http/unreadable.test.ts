// Requests that Node's parser or the rules of HTTP reject: their responses have the same headers as all
// others, and the log has their request id.
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const page = 'https://app.example.com'
const service = useService({ env: { CORS_ORIGINS: page, HSTS_MAX_AGE: '3600' } })

/** Sends bytes, and returns the response before the connection closes. */
async function send(bytes: string) {
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  const closed = new Promise((resolve, reject) => socket.on('error', reject).on('close', resolve))
  socket.write(bytes)
  await closed
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const [status = '', ...fields] = head.split('\r\n')
  const headers = new Headers(fields.map((it) => it.split(/:\s*(.*)/s, 2) as [string, string]))
  return { status: Number(status.split(' ')[1]), headers, body: JSON.parse(body) }
}

const head = (first: string, ...more: string[]) =>
  [`${first} HTTP/1.1`, 'Host: x', `Origin: ${page}`, ...more, '', ''].join('\r\n')
const chunked = ['Content-Type: application/json', 'Transfer-Encoding: chunked']

const unreadable: [string, number, string][] = [
  ['a header with NUL', 400, head('GET /api/v1/health', 'X-A: a\0b')],
  [
    'a length and an encoding',
    400,
    head('POST /api/v1/login', 'Content-Length: 4', 'Transfer-Encoding: chunked'),
  ],
  ['a target that is no URL', 400, head('GET foo://bar', 'Connection: close')],
  ['two Host headers', 400, head('GET /api/v1/health', 'hOSt: x', 'Connection: close')],
  [
    'a Host header with a path',
    400,
    head('GET /api/v1/health', 'Connection: close').replace('Host: x', 'Host: x/y'),
  ],
  [
    'a Host header with a user',
    400,
    head('GET /api/v1/health', 'Connection: close').replace('Host: x', 'Host: a@x'),
  ],
  [
    'an unknown transfer coding',
    400,
    head('POST /api/v1/login', 'Transfer-Encoding: foo, chunked', 'Connection: close') +
      '0\r\n\r\n',
  ],
  ['a broken chunk', 400, `${head('POST /api/v1/login', ...chunked)}zz\r\n`],
  [
    'a chunk extension without end',
    413,
    `${head('POST /api/v1/login', ...chunked)}1;${'a'.repeat(20_000)}`,
  ],
  ['an unknown expectation', 417, head('GET /api/v1/health', 'Expect: foo')],
  ['headers without end', 431, head('GET /api/v1/health', `X-A: ${'a'.repeat(20_000)}`)],
  ['a request for a tunnel', 400, head('CONNECT a:1')],
]

it.each(unreadable)('answers %s like any other request, and logs it', async (_, status, sent) => {
  const answer = await send(sent)
  expect([answer.status, answer.body.status]).toEqual([status, status])
  const other = await fetch(`${service.url}/api/v1/nothing`, { headers: { origin: page } })
  const ownHeaders = ['connection', 'content-length', 'date', 'keep-alive', 'x-request-id']
  const policy = (headers: Headers) =>
    Object.fromEntries([...headers].filter(([name]) => !ownHeaders.includes(name)))
  expect(policy(answer.headers)).toEqual(policy(other.headers))
  expect(answer.headers.get('access-control-allow-origin')).toBe(page)
  expect(answer.headers.get('connection')).toBe('close')
  const requestId = answer.headers.get('x-request-id')
  expect(answer.body.requestId).toBe(requestId)
  const lines = await until('its line', () => {
    const found = service.logged().filter((it) => it.requestId === requestId)
    return found.length > 0 ? found : undefined
  })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ level: 'info', status })
})

it.each(unreadable)(
  'lets no page of a rejected origin read the response to %s',
  async (_, __, sent) => {
    const answer = await send(sent.replace(page, 'https://other.example.com'))
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('vary')).toBe('Origin')
  },
)

it('keeps the request id of an unreadable request', async () => {
  const answer = await send(head('GET /api/v1/health', 'X-Request-Id: mine.1', 'X-A: a\0b'))
  expect(answer.body.requestId).toBe('mine.1')
})

it('logs the error code of the parser', async () => {
  const answer = await send('nonsense\r\n\r\n')
  const { requestId } = answer.body
  const line = await until('its line', () =>
    service.logged().find((it) => it.requestId === requestId),
  )
  expect(line).toMatchObject({ unreadable: 'HPE_INVALID_METHOD', status: 400 })
  expect(line).not.toHaveProperty('method')
})

it.each(['[::1]:3000', 'a.example.com:80', '127.0.0.1', 'xn--4ca.example', 'a_b', ''])(
  'accepts the Host header "%s"',
  async (host) => {
    const answer = await send(
      head('GET /api/v1/health', 'Connection: close').replace('Host: x', `Host: ${host}`),
    )
    expect(answer.status).toBe(200)
  },
)
