// A silent Redis: the service responds without it, and uses it again as soon as it responds.
// Slow: it waits until connections are abandoned.
import { expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { useRedis } from '../../support/redis.ts'
import { startService, useService } from '../../support/service.ts'
import { openTunnel } from '../../support/tunnel.ts'
import { until } from '../../support/until.ts'

const redis = useRedis()
const service = useService()

/** Far above the deadline of the cache, far below the limits of PostgreSQL. */
const soonMs = 2000

interface World {
  readonly tunnel: Awaited<ReturnType<typeof openTunnel>>
  /** The process id of Redis. */
  readonly pid: number
}

const silences: [string, (world: World) => void, (world: World) => void][] = [
  ['existing connections go silent and new ones work', ({ tunnel }) => tunnel.drop(), () => {}],
  [
    'every connection is accepted and gets no response',
    ({ tunnel }) => tunnel.block(),
    ({ tunnel }) => tunnel.unblock(),
  ],
  [
    'the server stops during requests',
    ({ pid }) => process.kill(pid, 'SIGSTOP'),
    ({ pid }) => process.kill(pid, 'SIGCONT'),
  ],
  [
    'every connection is refused',
    ({ tunnel }) => tunnel.refuse(),
    ({ tunnel }) => tunnel.unblock(),
  ],
]

it.each(silences)('reads succeed and the cache recovers when %s', async (_, begin, end) => {
  const [port, far] = [await freePort(), await freePort()]
  const server = await redis.start(far)
  const world = { tunnel: await openTunnel(port, far), pid: server.pid }
  const started = await startService({ ...service.env, REDIS_CACHE_PORT: String(port) })
  const api = createClient(started.url)
  const { username } = await person(service)
  const read = async () => {
    const answer = await api.get(`/users/${username}`)
    return [answer.status, answer.headers.get('cache-status') ?? '']
  }
  const isHit = async () => (await read())[1]?.toString().includes('hit') || undefined
  try {
    await until('a hit', isHit)
    begin(world)
    for (let request = 0; request < 5; request++) {
      const start = Date.now()
      expect((await read())[0]).toBe(200)
      expect((await fetch(`${started.url}/readyz`)).status).toBe(200)
      expect(Date.now() - start).toBeLessThan(soonMs)
    }
    end(world)
    await until('a hit', isHit)
  } finally {
    process.kill(server.pid, 'SIGCONT')
    await started.stop()
  }
})
