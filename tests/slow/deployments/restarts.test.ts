// What clients see of a deployment: servers stop and start under traffic.
// Slow because each restart starts a process and waits for a balancer to notice.
import { expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { startBalancer } from '../../support/balancer.ts'
import { person } from '../../support/builders.ts'
import { keepAsking } from '../../support/kept-connections.ts'
import { useProduct } from '../../support/product.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const product = useProduct()

it.each([
  ['ten restarts of one process', 10, '1'],
  ['four restarts of two processes', 4, '2'],
])('loses no request behind a balancer that does not retry: %s', async (_, restarts, processes) => {
  const env = {
    ...service.env,
    DRAIN_DELAY_SECONDS: '1',
    WEB_CONCURRENCY: processes,
    LOG_LEVEL: 'warn',
  }
  const servers = [await product.startServer(env), await product.startServer(env)]
  const ports = servers.map((it) => it.port)
  const front = await freePort()
  const balancer = await startBalancer(front, ports)
  const isReady = (count: number) =>
    until(`${count} servers being ready`, () => balancer.ready().length === count || undefined)
  await isReady(2)
  const { token } = await person(service)
  const reading = keepAsking({
    url: `http://127.0.0.1:${front}/api/v1/users/me`,
    headers: () => ({ authorization: `Bearer ${token}` }),
    clients: 10,
    thinkMs: (client) => client * 20,
  })
  const writing = keepAsking({
    url: `http://127.0.0.1:${front}/api/v1/users/me`,
    method: 'PATCH',
    headers: () => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' }),
    body: '{"name":"Another name"}',
    clients: 10,
    thinkMs: (client) => 20 + client * 20,
  })
  for (let restart = 0; restart < restarts; restart += 1) {
    const one = restart % 2
    const stopping = servers[one]
    if (stopping === undefined) throw new Error('there is no such server')
    stopping.child.kill('SIGTERM')
    const { code, output } = await stopping.ended
    expect(code, output).toBe(0)
    servers[one] = await product.startServer({ ...env, PORT: String(stopping.port) })
    await isReady(2)
  }
  await Promise.all([reading.stop(), writing.stop()])
  expect([reading.failures, writing.failures]).toEqual([[], []])
  expect([...reading.statuses.keys(), ...writing.statuses.keys()]).toEqual([200, 200])
})

it('answers every request on kept connections during ten restarts without a delay', async () => {
  const port = await freePort()
  const env = { ...service.env, DRAIN_DELAY_SECONDS: '0', LOG_LEVEL: 'warn', PORT: String(port) }
  for (let restart = 0; restart < 10; restart += 1) {
    const server = await product.startServer(env)
    const asking = keepAsking({
      url: `${server.origin}/api/v1/health`,
      clients: 20,
      thinkMs: (client) => client * 10,
      reconnect: false,
    })
    await until('answers', () => asking.answered() > 100 || undefined)
    server.child.kill('SIGTERM')
    await asking.ended
    expect(asking.failures).toEqual([])
    const { code, output } = await server.ended
    expect(code, output).toBe(0)
  }
})
