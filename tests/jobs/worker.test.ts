// The worker and a Redis that stops, hangs or forgets: committed jobs run. In `npm test` although it takes
// more than 5 s, since any change of a job can break it.
import { createServer } from 'node:net'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { submitJob, withOwnJob } from '../support/jobs.ts'
import { useRedis } from '../support/redis.ts'
import { startService, useService } from '../support/service.ts'
import { openTunnel } from '../support/tunnel.ts'
import { until } from '../support/until.ts'

const service = useService()
const servers = useRedis()
const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** Starts a worker whose Redis port may not be open yet. */
async function startWorkerAt(port: number) {
  const env = { ...service.env, REDIS_QUEUE_HOST: '127.0.0.1', REDIS_QUEUE_PORT: String(port) }
  const jobs = withOwnJob({ run: async () => undefined })
  const running = await startService(env, { worker: true, jobs, timing: { queueAnswerMs: 500 } })
  stops.push(running.stop)
}

/** Enqueues a job. Returns a function that waits for its end. */
async function submit() {
  const job = await submitJob(service.db)
  return () => job.is('over')
}

describe('the worker', () => {
  it('runs a job that was committed while no worker ran', async () => {
    const ended = await submit()
    await startWorkerAt(inject('redisPort'))
    await ended()
  })

  it('starts without Redis, and runs jobs once Redis has started', async () => {
    const port = await freePort()
    await startWorkerAt(port)
    const ended = await submit()
    await servers.start(port)
    await ended()
  })

  it('continues after Redis has restarted empty', async () => {
    const port = await freePort()
    const redis = await servers.start(port)
    await startWorkerAt(port)
    await (await submit())()
    await redis.stop()
    const ended = await submit()
    await servers.start(port)
    await ended()
  })

  it('continues over a new connection if the old one hangs', async () => {
    const port = await freePort()
    const tunnel = await openTunnel(port, inject('redisPort'))
    await startWorkerAt(port)
    await (await submit())()
    tunnel.block()
    const ended = await submit()
    tunnel.unblock()
    await ended()
  })

  it('starts while Redis hangs, and runs jobs once it answers', async () => {
    const port = await freePort()
    const tunnel = await openTunnel(port, inject('redisPort'))
    tunnel.block()
    await startWorkerAt(port)
    const ended = await submit()
    tunnel.unblock()
    await ended()
  })

  it('stops in time while Redis hangs', async () => {
    const port = await freePort()
    const tunnel = await openTunnel(port, inject('redisPort'))
    tunnel.block()
    await startWorkerAt(port)
    const start = performance.now()
    await stops.pop()?.()
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it('does not connect to an unavailable Redis for each committed job', async () => {
    let connections = 0
    const server = createServer((socket) => {
      connections++
      socket.destroy()
    })
    const port = await freePort()
    server.listen(port, '127.0.0.1')
    stops.push(async () => void server.close())
    await startWorkerAt(port)
    await until('the first connection', () => connections || undefined)
    const start = performance.now()
    for (let count = 0; count < 200; count++) await service.db.raw(`notify outbox_added`)
    const passed = (performance.now() - start) / 500
    expect(connections).toBeLessThan(passed + 5)
  })

  it('waits while Redis is read-only', async () => {
    const port = await freePort()
    await servers.start(port)
    const redis = new Redis(port, '127.0.0.1')
    stops.push(async () => redis.disconnect())
    await startWorkerAt(port)
    await (await submit())()
    await redis.replicaof('127.0.0.1', await freePort())
    const ended = await submit()
    await redis.replicaof('NO', 'ONE')
    await ended()
  })

  it('leaves nothing of a finished job in Redis', async () => {
    await startWorkerAt(inject('redisPort'))
    await (await submit())()
    const redis = new Redis(inject('redisPort'), '127.0.0.1')
    stops.push(async () => redis.disconnect())
    const queue = `${service.env.REDIS_PREFIX}:bq:jobs`
    await until('an empty queue', async () => {
      const left = [await redis.hlen(`${queue}:jobs`), await redis.llen(`${queue}:active`)]
      return left.every((count) => count === 0) ? true : undefined
    })
  })
})
