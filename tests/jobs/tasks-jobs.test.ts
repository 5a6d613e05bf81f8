// Tasks whose handler fails, is cancelled or reports its progress.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { TaskKind } from '../../src/features/tasks/jobs.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { withKinds } from '../support/tasks.ts'
import { until } from '../support/until.ts'

type Work = TaskKind<'greet'>['run']

/** The handler of each task, by the name in its input. */
const works = new Map<string, Work>()
const greet: TaskKind<'greet'> = {
  attempts: 3,
  timeoutSeconds: 0.5,
  run: (input, context) => works.get(input.name)?.(input, context) ?? Promise.reject(new Error()),
}
const timing = { graceMs: 100, relayPollMs: 50 }
const service = useService({
  worker: true,
  jobs: withKinds({ greet }),
  timing,
  env: { JOB_LEASE_SECONDS: '2' },
})

async function submit(work: Work) {
  const name = randomUUID()
  works.set(name, work)
  const caller = service.api.as(await person(service))
  const { body } = await caller.post('/tasks', { type: 'greet', input: { name } })
  const id: string = body.id
  const look = async () => (await caller.get(`/tasks/${id}`)).body
  return {
    id,
    caller,
    look,
    is: (status: string) =>
      until(`the task being ${status}`, async () => {
        const task = await look()
        return task.status === status ? task : undefined
      }),
  }
}

const row = (id: string) => service.db('outbox').where({ id }).first()

describe('a task', () => {
  it('is queued between two attempts', async () => {
    const states: string[] = []
    const task = await submit(async () => {
      throw new Error('never')
    })
    await until('its failure', async () => {
      const { status } = await task.look()
      if (states.at(-1) !== status) states.push(status)
      return status === 'failed' ? true : undefined
    })
    expect(states).toContain('queued')
  })

  it('fails after its last attempt, and its job stays in the outbox', async () => {
    const task = await submit(async () => {
      throw new Error('no way')
    })
    const { problem } = await task.is('failed')
    expect(problem).toEqual({
      code: 'task_failed',
      detail: 'The task was given up after 3 attempts.',
    })
    const job = await row(task.id)
    expect([job.attempts, job.error, job.run_id]).toEqual([3, 'Error: no way', null])
    expect(job.failed_at).not.toBeNull()
  })

  it('can be cancelled between two attempts', async () => {
    const task = await submit(async () => {
      throw new Error('never')
    })
    await until('its first failure', async () => (await row(task.id)).attempts || undefined)
    await service.db('outbox').where({ id: task.id }).update({ leased_until: '2100-01-01' })
    await task.is('queued')
    await task.caller.post(`/tasks/${task.id}/cancel`)
    await task.is('cancelled')
  })

  it('can be cancelled while its end is written, without a deadlock', async () => {
    const task = await submit(() => new Promise(() => {}))
    await task.is('running')
    // The end of a run locks the job first, then the task.
    const cancelling = await service.db.transaction(async (trx) => {
      await trx('outbox').where({ id: task.id }).forUpdate()
      const asked = task.caller.post(`/tasks/${task.id}/cancel`)
      await until('a request that waits', async () => {
        const { rows } = await trx.raw(
          `select pid from pg_stat_activity
           where wait_event_type = 'Lock' and datname = current_database()`,
        )
        return rows[0]
      })
      await trx('tasks').where({ id: task.id }).update({ progress: 10 })
      return { asked }
    })
    expect((await cancelling.asked).status).toBe(200)
    await task.is('cancelled')
  })

  it('succeeds if it completes after it was cancelled', async () => {
    let end = () => {}
    const task = await submit(async () => {
      await new Promise<void>((resolve) => {
        end = resolve
      })
      return { message: 'too late' }
    })
    await task.is('running')
    expect((await task.caller.post(`/tasks/${task.id}/cancel`)).body.status).toBe('cancelling')
    end()
    await task.is('succeeded')
  })

  it('is cancelled if it fails after it was cancelled, and does not run again', async () => {
    const task = await submit(async (_input, { taskId, attempt }) => {
      if (attempt < 3) throw new Error('not yet')
      // Cancelled, before the run is notified.
      await service.db('outbox').where({ id: taskId }).update({ cancelled_at: new Date() })
      await service.db('tasks').where({ id: taskId }).update({ status: 'cancelling' })
      throw new Error('by chance')
    })
    expect(await task.is('cancelled')).toMatchObject({ attempts: 3 })
    expect(await row(task.id)).toBeUndefined()
  })

  it('fails if its result breaks the contract, and its list stays readable', async () => {
    const wrong: unknown = { message: 7 }
    const task = await submit(async () => wrong as { message: string })
    await task.is('failed')
    expect((await row(task.id)).error).toContain('/result/message must be string')
    expect((await task.caller.get('/tasks')).status).toBe(200)
  })

  it('reports any percentage, and none after it was told to stop', async () => {
    const seen: number[] = []
    let asked = () => {}
    const task = await submit(async (_input, { report, signal }) => {
      for (const progress of [100 / 3, -1, 250]) {
        await report(progress)
        seen.push((await task.look()).progress)
      }
      await new Promise<void>((resolve) => {
        asked = resolve
        signal.addEventListener('abort', () => resolve())
      })
      await report(1)
      throw new Error('told to stop')
    })
    await until('three reports', () => (seen.length === 3 ? true : undefined))
    expect(seen).toEqual([33, 0, 100])
    await task.caller.post(`/tasks/${task.id}/cancel`)
    expect(await task.is('cancelled')).toMatchObject({ progress: 100 })
    asked()
  })

  it('runs again if a report fails that it does not await', async () => {
    const task = await submit(async (_input, { attempt, report }) => {
      // PostgreSQL rejects NaN.
      if (attempt === 1) void report(Number.NaN)
      await report(50)
      return { message: 'done' }
    })
    expect(await task.is('succeeded')).toMatchObject({ attempts: 2 })
  })

  it('fails if its own row cannot be changed', async () => {
    const id = randomUUID()
    const logged = service.logged().length
    await service.db('outbox').insert({ id, job: 'task.greet', payload: '{"taskId":"no id"}' })
    await until('its failure', async () => (await row(id)).failed_at ?? undefined)
    expect(await row(id)).toMatchObject({ attempts: 3, run_id: null })
    expect((await row(id)).error).toMatch(/; not recorded: /)
    const lines = service.logged().slice(logged)
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', jobId: id }))
  })

  it('is cancelled even if its own row cannot be changed', async () => {
    const id = randomUUID()
    const job = { id, job: 'task.greet', payload: 'null', cancelled_at: new Date() }
    await service.db('outbox').insert(job)
    await until('its end', async () => ((await row(id)) === undefined ? true : undefined))
  })

  it('runs again if its progress could not be written', async () => {
    const task = await submit(async (_input, { taskId, attempt, report }) => {
      if (attempt > 1) return { message: 'done' }
      await service.db.transaction(async (trx) => {
        await trx('tasks').where({ id: taskId }).forUpdate()
        const reported = report(50)
        // The report waits for this row, and is cancelled.
        await until('a write that was cancelled', async () => {
          const { rows } = await trx.raw(
            `select pg_cancel_backend(pid) from pg_stat_activity
             where wait_event_type = 'Lock' and datname = current_database()`,
          )
          return rows[0]
        })
        await reported
      })
      return { message: 'done' }
    })
    expect(await task.is('succeeded')).toMatchObject({ attempts: 2 })
  })
})

describe('a task that is cancelled before it runs', () => {
  const idle = useService()

  it('is cancelled at once, and its job is gone', async () => {
    const caller = idle.api.as(await person(idle))
    const { body } = await caller.post('/tasks', { type: 'greet', input: { name: 'Ada' } })
    const answer = await caller.post(`/tasks/${body.id}/cancel`)
    expect([answer.status, answer.body.status]).toEqual([200, 'cancelled'])
    expect(answer.body).toMatchObject({ attempts: 0, startedAt: null })
    expect(await idle.db('outbox').where({ id: body.id })).toEqual([])
  })
})
