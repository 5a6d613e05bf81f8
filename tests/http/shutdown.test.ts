// A server that stops loses no request.
import { once } from 'node:events'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { keepAsking } from '../support/kept-connections.ts'
import { listenWith } from '../support/listen.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()
const listen = () => listenWith(service.env)

const answer = async (asked: ReturnType<typeof get>) => {
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const { statusCode: status, headers } = response
  return { status, connection: headers.connection, body: JSON.parse(String(Buffer.concat(chunks))) }
}

it('is not ready at once, but accepts new connections for the delay', async () => {
  const { url, stop } = await listen()
  const stopped = stop(1500)
  const probe = await answer(get(`${url}/readyz`))
  expect(probe).toMatchObject({ status: 503, connection: 'close' })
  expect(probe.body.detail).toContain('stopping')
  for (const [path, status] of [
    ['/livez', 200],
    ['/api/v1/health', 200],
    ['/api/v1/users/me', 401],
    ['/nothing', 404],
  ] as const) {
    expect(await answer(get(url + path))).toMatchObject({ status, connection: 'close' })
  }
  await stopped
  await expect(answer(get(`${url}/livez`))).rejects.toThrow('ECONNREFUSED')
})

it('answers a request that it is reading, and closes its connection', async () => {
  const { url, stop } = await listen()
  const agent = new Agent({ keepAlive: true })
  const headers = { 'content-type': 'application/json', expect: '100-continue' }
  const asked = request(`${url}/api/v1/login`, { method: 'POST', agent, headers })
  const answered = answer(asked)
  asked.flushHeaders()
  await once(asked, 'continue')
  const stopped = stop(0)
  asked.end('{"username":"unknown","password":"Wrong-password-7"}')
  expect(await answered).toMatchObject({ status: 401, connection: 'close' })
  await stopped
})

it('answers a request on an open connection just after the signal', async () => {
  const { url, stop } = await listen()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  expect(await answer(get(`${url}/livez`, { agent }))).toMatchObject({ connection: 'keep-alive' })
  const stopped = stop(0)
  expect(await answer(get(`${url}/livez`, { agent }))).toMatchObject({
    status: 200,
    connection: 'close',
  })
  await stopped
})

it('does not wait for idle connections or for those that never send', async () => {
  const { url, port, stop } = await listen()
  const agent = new Agent({ keepAlive: true })
  await answer(get(`${url}/livez`, { agent }))
  const silent = connect(port, '127.0.0.1')
  await once(silent, 'connect')
  const closed = once(silent, 'close')
  await stop(0)
  await closed
})

it('loses no request of 20 clients on open connections', async () => {
  const { url, stop } = await listen()
  const asking = keepAsking({
    url: `${url}/api/v1/health`,
    clients: 20,
    thinkMs: (client) => client * 10,
    reconnect: false,
  })
  await until('answers', () => asking.answered() > 200 || undefined)
  await Promise.all([stop(0), asking.ended])
  expect(asking.failures).toEqual([])
})
