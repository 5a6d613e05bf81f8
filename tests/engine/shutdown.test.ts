// How a server stops under clients that know nothing of it.
import { once } from 'node:events'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { composeApi } from '../../src/compose.ts'
import { loadConfig } from '../../src/config.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { createLogger } from '../../src/log.ts'
import { keepAsking } from '../support/kept-connections.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function listen() {
  const log = createLogger({ level: 'silent', part: 'test' })
  const api = composeApi({ config: loadConfig(service.env), log, clock: systemClock })
  const { server, drain } = createHttpServer(api.app, api.headers)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
    await api.close()
  })
  const { port } = server.address() as AddressInfo
  const stop = (delayMs: number) => {
    api.announceStop()
    return drain({ delayMs, patienceMs: 60_000 })
  }
  return { server, port, url: `http://127.0.0.1:${port}`, stop }
}

const answer = async (asked: ReturnType<typeof get>) => {
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const { statusCode: status, headers } = response
  return { status, connection: headers.connection, body: JSON.parse(String(Buffer.concat(chunks))) }
}

it('is not ready at once, but still answers new connections for the delay', async () => {
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

it('closes the connection of a request that it had begun to read', async () => {
  const { url, stop } = await listen()
  const agent = new Agent({ keepAlive: true })
  const headers = { 'content-type': 'application/json', expect: '100-continue' }
  const asked = request(`${url}/api/v1/login`, { method: 'POST', agent, headers })
  const answered = answer(asked)
  asked.flushHeaders()
  await once(asked, 'continue')
  const stopped = stop(0)
  asked.end('{"username":"nobody","password":"Wrong-password-7"}')
  expect(await answered).toMatchObject({ status: 401, connection: 'close' })
  await stopped
})

it('answers a request that comes on a kept connection just after the signal', async () => {
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

it('waits neither for idle connections nor for those that never send', async () => {
  const { url, port, stop } = await listen()
  const agent = new Agent({ keepAlive: true })
  await answer(get(`${url}/livez`, { agent }))
  const silent = connect(port, '127.0.0.1')
  await once(silent, 'connect')
  const closed = once(silent, 'close')
  await stop(0)
  await closed
})

it('loses nothing of what 20 clients send on kept connections', async () => {
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
