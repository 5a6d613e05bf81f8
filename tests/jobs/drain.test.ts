// Workers that stop, and the metrics of a worker.
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { loadConfig } from '../../src/config/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLogger } from '../../src/lib/log.ts'
import { createMetrics } from '../../src/lib/metrics.ts'
import { createWorker } from '../../src/worker-app.ts'
import { ownJob, submitJob, type Work, withOwnJob } from '../support/jobs.ts'
import { useRedis } from '../support/redis.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()
const servers = useRedis()
const log = createLogger({ level: 'silent', part: 'test' })
const workers: ReturnType<typeof createWorker>[] = []

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop(1000)
})

function startWorker(work: Work, env: Record<string, string> = {}) {
  const config = loadConfig({ ...service.env, ...env })
  const jobs = withOwnJob({ run: (_payload, context) => work(context) })
  const metrics = createMetrics({ version: '1.0.0', commit: undefined })
  const worker = createWorker({ config, log, clock: systemClock, jobs, metrics, onInternalError })
  workers.push(worker)
  return { ...worker, metrics: metrics.text }
}

const reported: unknown[] = []
const onInternalError = (...error: unknown[]) => void reported.push(error)

const submit = () => submitJob(service.db)

const endless: Work = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('told to stop')))
  })

/** Does nothing, and notes the number of its attempt. */
const attempts: number[] = []
const quick: Work = async ({ attempt }) => {
  attempts.push(attempt)
  return undefined
}

describe('a worker that stops', () => {
  it('releases a run that does not end in time, and does not count its attempt', async () => {
    const worker = startWorker(endless)
    const job = await submit()
    await job.is('running')
    await worker.stop(1000)
    workers.pop()
    expect(await job.is('waiting')).toMatchObject({ attempts: 0 })
    startWorker(quick)
    await job.is('over')
    expect(attempts).toEqual([1])
  })

  it('stops in time without Redis', async () => {
    const port = await freePort()
    const redis = await servers.start(port)
    const env = { REDIS_QUEUE_HOST: '127.0.0.1', REDIS_QUEUE_PORT: String(port) }
    const worker = startWorker(endless, env)
    const job = await submit()
    await job.is('running')
    await redis.stop()
    const start = performance.now()
    await worker.stop(1000)
    workers.pop()
    expect(performance.now() - start).toBeLessThan(2000)
    await job.is('waiting')
    startWorker(quick)
    await job.is('over')
  })
})

describe('the metrics of a worker', () => {
  it('count waiting and running jobs, and runs by outcome', async () => {
    const worker = startWorker(endless)
    const job = await submit()
    await job.is('running')
    expect(await worker.metrics()).toContain(`jobs{job="${ownJob}",state="running"} 1`)
    const dead = { job: 'purgeUsers', payload: '{}', id: '0193629f-0000-7000-8000-000000000002' }
    await service.db('outbox').insert({ ...dead, failed_at: new Date() })
    expect(await worker.metrics()).toContain('jobs{job="purgeUsers",state="failed"} 1')
    await job.cancel()
    await job.is('over')
    const ended = await until('its metrics', async () => {
      const text = await worker.metrics()
      return text.includes('outcome="cancelled"') ? text : undefined
    })
    expect(ended).toContain(`job_runs_total{job="${ownJob}",outcome="cancelled"} 1`)
    expect(ended).toContain(`job_run_seconds_count{job="${ownJob}"} 1`)
    expect(ended).not.toContain(`job="${ownJob}",state=`)
  })
})

describe('the error hook of a worker', () => {
  it('gets each failed attempt with its job', async () => {
    const error = new Error('not today')
    startWorker(async ({ attempt }) => {
      if (attempt === 1) throw error
      return undefined
    })
    const job = await submit()
    await job.is('over')
    const place = { job: ownJob, jobId: expect.any(String), attempt: 1 }
    expect(reported).toEqual([[error, place]])
  })
})
