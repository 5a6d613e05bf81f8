// Workers that stop, cancelled tasks, and the metrics of a worker.
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { TaskKind } from '../../src/features/tasks/jobs.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLogger } from '../../src/lib/log.ts'
import { createWorker, taskKinds } from '../../src/worker-app.ts'
import { person } from '../support/builders.ts'
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

function startWorker(run: TaskKind<'greet'>['run'], env: Record<string, string> = {}) {
  const config = loadConfig({ ...service.env, ...env })
  const worker = createWorker({
    config,
    log,
    clock: systemClock,
    kinds: { ...taskKinds, greet: { run } },
  })
  workers.push(worker)
  return worker
}

async function submit() {
  const caller = service.api.as(await person(service))
  const { body } = await caller.post('/tasks', { type: 'greet', input: { name: 'Ada' } })
  const is = (status: string) =>
    until(`the task being ${status}`, async () => {
      const task = await caller.get(`/tasks/${body.id}`)
      return task.body.status === status ? task.body : undefined
    })
  const cancel = () => caller.post(`/tasks/${body.id}/cancel`)
  return { id: body.id as string, is, cancel }
}

const endless: TaskKind<'greet'>['run'] = (_input, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('told to stop')))
  })
const quick: TaskKind<'greet'>['run'] = async () => ({ message: 'done' })

describe('a task that is cancelled before it runs', () => {
  it('is cancelled at once, and no worker runs it', async () => {
    const [cancelled, next] = [await submit(), await submit()]
    const answer = await cancelled.cancel()
    expect([answer.status, answer.body.status]).toEqual([200, 'cancelled'])
    expect(await service.db('outbox').where({ id: cancelled.id })).toEqual([])
    startWorker(quick)
    await next.is('succeeded')
    expect(await cancelled.is('cancelled')).toMatchObject({ attempts: 0, startedAt: null })
  })
})

describe('a worker that stops', () => {
  it('releases a run that does not end in time, and does not count its attempt', async () => {
    const worker = startWorker(endless)
    const task = await submit()
    await task.is('running')
    await worker.stop(1000)
    workers.pop()
    await task.is('queued')
    const job = await service.db('outbox').where({ id: task.id }).first()
    expect([job.attempts, job.run_id]).toEqual([0, null])
    startWorker(quick)
    expect(await task.is('succeeded')).toMatchObject({ attempts: 1 })
  })

  it('stops in time without Redis', async () => {
    const port = await freePort()
    const redis = await servers.start(port)
    const env = { REDIS_QUEUE_HOST: '127.0.0.1', REDIS_QUEUE_PORT: String(port) }
    const worker = startWorker(endless, env)
    const task = await submit()
    await task.is('running')
    await redis.stop()
    const start = performance.now()
    await worker.stop(1000)
    workers.pop()
    expect(performance.now() - start).toBeLessThan(2000)
    await task.is('queued')
    startWorker(quick)
    await task.is('succeeded')
  })
})

describe('the metrics of a worker', () => {
  it('count waiting and running jobs, and runs by outcome', async () => {
    const worker = startWorker(endless)
    const task = await submit()
    await task.is('running')
    expect(await worker.metrics()).toContain('jobs{job="task.greet",state="running"} 1')
    const dead = { job: 'purgeTasks', payload: '{}', id: '0193629f-0000-7000-8000-000000000002' }
    await service.db('outbox').insert({ ...dead, failed_at: new Date() })
    expect(await worker.metrics()).toContain('jobs{job="purgeTasks",state="failed"} 1')
    await service.db('outbox').update({ cancelled_at: new Date() })
    await service.db.raw("select pg_notify('outbox_cancelled', ?)", [task.id])
    await task.is('cancelled')
    const ended = await until('its metrics', async () => {
      const text = await worker.metrics()
      return text.includes('outcome="cancelled"') ? text : undefined
    })
    expect(ended).toContain('job_runs_total{job="task.greet",outcome="cancelled"} 1')
    expect(ended).toContain('job_run_seconds_count{job="task.greet"} 1')
    expect(ended).not.toContain('job="task.greet",state=')
  })
})
