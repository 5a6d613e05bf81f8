// Tasks whose handler fails, takes too long, or ends with its worker. In `npm test` although it takes more
// than 5 s, since any change of a job can break it.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { TaskKind } from '../../src/features/tasks/jobs.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
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
  kinds: { greet },
  timing,
  env: { JOB_LEASE_SECONDS: '2' },
})

async function submit(work: Work, target = service) {
  const name = randomUUID()
  works.set(name, work)
  const caller = target.api.as(await person(target))
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

describe('a failing task', () => {
  const patient = useService({
    worker: true,
    kinds: { greet },
    timing,
    env: { JOB_BACKOFF_MS: '60000' },
  })

  it('waits twice as long before each further attempt, minus a random part', async () => {
    const starts: number[] = []
    const work = async () => {
      starts.push(Date.now())
      throw new Error('never')
    }
    const { id } = await submit(work, patient)
    const job = () => patient.db('outbox').where({ id })
    for (const [attempt, seconds] of [60, 120].entries()) {
      const due = await until(`the end of attempt ${attempt + 1}`, async () => {
        const row = await job()
          .where({ run_id: null, attempts: attempt + 1 })
          .first()
        return row && new Date(row.leased_until).getTime()
      })
      const pause = (due - (starts[attempt] ?? 0)) / 1000
      // The pause starts shortly after the handler has thrown.
      expect(pause).toBeGreaterThanOrEqual(seconds / 2)
      expect(pause).toBeLessThan(seconds + 10)
      await job().update({ leased_until: patient.db.fn.now() })
    }
    await until('the last attempt', () => (starts.length === 3 ? true : undefined))
  })
})

describe('a task', () => {
  it('runs again until it succeeds, and counts its attempts', async () => {
    const attempts: number[] = []
    const task = await submit(async (_input, { attempt }) => {
      attempts.push(attempt)
      if (attempt < 3) throw new Error('not yet')
      return { message: 'at last' }
    })
    expect(await task.is('succeeded')).toMatchObject({ attempts: 3, progress: 100 })
    expect(attempts).toEqual([1, 2, 3])
  })

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

  it('is told to stop after its timeout, and fails even if it ignores that', async () => {
    let told = 0
    const polite = await submit(
      (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            told++
            reject(new Error('told to stop'))
          })
        }),
    )
    const deaf = await submit(() => new Promise(() => {}))
    await polite.is('failed')
    expect(told).toBe(3)
    expect((await row(polite.id)).error).toBe('the attempt timed out')
    await deaf.is('failed')
  })

  it('fails if its worker ends during each attempt', async () => {
    let runs = 0
    const task = await submit(async () => {
      runs++
      return new Promise(() => {})
    })
    await until('its start', () => (runs > 0 ? true : undefined))
    // The row after three workers have died during an attempt, the last one long ago.
    const dead = { attempts: 3, run_id: randomUUID(), leased_until: '2020-01-01' }
    await service.db('outbox').where({ id: task.id }).update(dead)
    const { problem } = await task.is('failed')
    expect(problem.detail).toBe('The task was given up after 3 attempts.')
    expect((await row(task.id)).error).toBe('the worker ended during the last attempt')
  })

  it('has its completion written once, by the run that holds its row', async () => {
    await service.db.schema.createTable('effects', (table) => table.uuid('task_id'))
    const ends: (() => void)[] = []
    const task = await submit(async (_input, { taskId }) => {
      await new Promise<void>((resolve) => ends.push(resolve))
      return async (trx) => {
        await trx('effects').insert({ task_id: taskId })
        return { message: 'done' }
      }
    })
    await until('its first run', () => ends.length || undefined)
    // A worker whose lease has ended although it still runs.
    await service.db('outbox').where({ id: task.id }).update({ leased_until: '2020-01-01' })
    await until('its second run', () => (ends.length > 1 ? true : undefined))
    for (const end of ends) end()
    expect(await task.is('succeeded')).toMatchObject({ attempts: 2 })
    expect(await service.db('effects')).toHaveLength(1)
  })

  it('fails if its completion throws', async () => {
    const task = await submit(async () => async (trx) => {
      await trx('nowhere').insert({ a: 1 })
      return { message: 'done' }
    })
    await task.is('failed')
  })

  it('fails if its completion never ends, and releases its row', async () => {
    const task = await submit(async () => () => new Promise(() => {}))
    await task.is('failed')
    expect((await row(task.id)).error).toBe('Error: not done within 500 ms')
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

  it('runs again if it throws before it returns a promise', async () => {
    const task = await submit((_input, { attempt }) => {
      if (attempt === 1) throw new Error('at once')
      return Promise.resolve({ message: 'done' })
    })
    expect(await task.is('succeeded')).toMatchObject({ attempts: 2 })
  })

  it('fails if PostgreSQL cannot store its error message', async () => {
    const task = await submit(async () => {
      throw new Error('a\0b')
    })
    await task.is('failed')
    expect((await row(task.id)).error).toBe('Error: ab')
  })
})
