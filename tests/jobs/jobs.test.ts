// Jobs whose handler fails, takes too long, or ends with its worker. In `npm test` although it takes more
// than 5 s, since any change of a job can break it.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { enqueue } from '../../src/jobs/outbox.ts'
import { ownJob, type Work, withOwnJob, worksById } from '../support/jobs.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const works = worksById()
/** Records the outcome of each attempt that completes no job; a test may replace it. */
let recordOutcome: NonNullable<Parameters<typeof withOwnJob>[0]['recordOutcome']> = async () => {}
const options = {
  worker: true,
  timing: { graceMs: 100, relayPollMs: 50 },
  jobs: withOwnJob({
    attempts: 3,
    timeoutSeconds: 0.5,
    run: works.run,
    recordOutcome: (...outcome) => recordOutcome(...outcome),
  }),
}
const service = useService({ ...options, env: { JOB_LEASE_SECONDS: '2' } })
const submit = (work: Work) => works.submit(service.db, work)

/** Calls the function in place of `recordOutcome` while `work` runs. */
async function recordingBy<T>(record: typeof recordOutcome, work: () => Promise<T>): Promise<T> {
  const before = recordOutcome
  recordOutcome = record
  return work().finally(() => {
    recordOutcome = before
  })
}

describe('a failing job', () => {
  const patient = useService({ ...options, env: { JOB_BACKOFF_MS: '60000' } })

  it('waits twice as long before each further attempt, minus a random part', async () => {
    const starts: number[] = []
    const { id } = await works.submit(patient.db, async () => {
      starts.push(Date.now())
      throw new Error('never')
    })
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

describe('a job', () => {
  it('runs again until it succeeds, and counts its attempts', async () => {
    const attempts: number[] = []
    const job = await submit(async ({ attempt }) => {
      attempts.push(attempt)
      if (attempt < 3) throw new Error('not yet')
      return undefined
    })
    await job.is('over')
    expect(attempts).toEqual([1, 2, 3])
  })

  it('fails after its last attempt, records each outcome, and stays in the outbox', async () => {
    const outcomes: unknown[] = []
    const record: typeof recordOutcome = async (_payload, outcome, attempt) => {
      outcomes.push([outcome, attempt])
    }
    const row = await recordingBy(record, async () => {
      const job = await submit(async () => {
        throw new Error('no way')
      })
      return job.is('failed')
    })
    expect([row.attempts, row.error, row.run_id]).toEqual([3, 'Error: no way', null])
    expect(outcomes).toEqual([
      ['rescheduled', 1],
      ['rescheduled', 2],
      ['failed', 3],
    ])
  })

  it('starts again if it is enqueued with its id after it has failed', async () => {
    let isRight = false
    const job = await submit(async () => {
      if (!isRight) throw new Error('not yet')
      return undefined
    })
    await job.is('failed')
    isRight = true
    await service.db.transaction((trx) => enqueue(trx, ownJob, {}, job.id))
    await job.is('over')
  })

  it('is told to stop after its timeout, and fails even if it ignores that', async () => {
    let told = 0
    const polite = await submit(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            told++
            reject(new Error('told to stop'))
          })
        }),
    )
    const deaf = await submit(() => new Promise(() => {}))
    expect(await polite.is('failed')).toMatchObject({ error: 'the attempt timed out' })
    expect(told).toBe(3)
    await deaf.is('failed')
  })

  it('fails if its worker ends during each attempt', async () => {
    let runs = 0
    const job = await submit(async () => {
      runs++
      return new Promise(() => {})
    })
    await until('its start', () => (runs > 0 ? true : undefined))
    // The row after three workers have died during an attempt, the last one long ago.
    const dead = { attempts: 3, run_id: randomUUID(), leased_until: '2020-01-01' }
    await service.db('outbox').where({ id: job.id }).update(dead)
    const { error } = await job.is('failed')
    expect(error).toBe('the worker ended during the last attempt')
  })

  it('has its completion written once, by the run that holds its row', async () => {
    await service.db.schema.createTable('effects', (table) => table.integer('attempt'))
    const ends: (() => void)[] = []
    const job = await submit(async ({ attempt }) => {
      await new Promise<void>((resolve) => ends.push(resolve))
      return async (trx) => {
        await trx('effects').insert({ attempt })
      }
    })
    await until('its first run', () => ends.length || undefined)
    // A worker whose lease has ended although it still runs.
    await service.db('outbox').where({ id: job.id }).update({ leased_until: '2020-01-01' })
    await until('its second run', () => (ends.length > 1 ? true : undefined))
    for (const end of ends) end()
    await job.is('over')
    expect(await service.db('effects')).toEqual([{ attempt: 2 }])
  })

  it('fails if its completion throws', async () => {
    const job = await submit(async () => async (trx) => {
      await trx('nowhere').insert({ a: 1 })
    })
    await job.is('failed')
  })

  it('fails if its completion never ends, and releases its row', async () => {
    const job = await submit(async () => () => new Promise(() => {}))
    expect(await job.is('failed')).toMatchObject({ error: 'Error: not done within 500 ms' })
  })

  it('runs again if it throws before it returns a promise', async () => {
    let runs = 0
    const job = await submit(({ attempt }) => {
      runs++
      if (attempt === 1) throw new Error('at once')
      return Promise.resolve(undefined)
    })
    await job.is('over')
    expect(runs).toBe(2)
  })

  it('fails if PostgreSQL cannot store its error message', async () => {
    const job = await submit(async () => {
      throw new Error('a\0b')
    })
    expect(await job.is('failed')).toMatchObject({ error: 'Error: ab' })
  })

  it('fails even if its outcome cannot be recorded', async () => {
    const logged = service.logged().length
    const broken = () => Promise.reject(new Error('no such row'))
    const row = await recordingBy(broken, async () => {
      const job = await submit(async () => {
        throw new Error('no way')
      })
      return job.is('failed')
    })
    expect(row.error).toBe('Error: no way; not recorded: Error: no such row')
    const lines = service.logged().slice(logged)
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', jobId: row.id }))
  })
})

describe('a job that is cancelled', () => {
  it('before it runs does not run', async () => {
    let runs = 0
    const id = randomUUID()
    works.give(id, async () => {
      runs++
      return undefined
    })
    const cancelled = { id, job: ownJob, payload: '{}', cancelled_at: new Date() }
    await service.db('outbox').insert(cancelled)
    const gone = async () => (await service.db('outbox').where({ id })).length === 0 || undefined
    await until('its end', gone)
    expect(runs).toBe(0)
  })

  it('while it runs is told to stop, and does not run again', async () => {
    const reasons: unknown[] = []
    const job = await submit(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason)
            reject(new Error('told to stop'))
          })
        }),
    )
    await job.is('running')
    await job.cancel()
    await job.is('over')
    expect(reasons).toEqual(['cancelled'])
  })

  it('completes if it does so although it was told to stop', async () => {
    let completed = 0
    const job = await submit(async ({ signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      return async () => {
        completed++
      }
    })
    await job.is('running')
    await job.cancel()
    await job.is('over')
    expect(completed).toBe(1)
  })

  it('does not run again if it fails before it is told', async () => {
    const outcomes: unknown[] = []
    const record: typeof recordOutcome = async (_payload, outcome, attempt) => {
      outcomes.push([outcome, attempt])
    }
    await recordingBy(record, async () => {
      const job = await submit(async ({ id, attempt }) => {
        if (attempt < 3) throw new Error('not yet')
        // Cancelled without a notification.
        await service.db('outbox').where({ id }).update({ cancelled_at: new Date() })
        throw new Error('by chance')
      })
      await job.is('over')
    })
    expect(outcomes.at(-1)).toEqual(['cancelled', 3])
  })

  it('ends even if its outcome cannot be recorded', async () => {
    await recordingBy(
      () => Promise.reject(new Error('no such row')),
      async () => {
        const job = await submit(() => new Promise(() => {}))
        await job.is('running')
        await job.cancel()
        await job.is('over')
      },
    )
    expect(service.logged()).toContainEqual(
      expect.objectContaining({
        level: 'error',
        msg: 'the job is cancelled, but its outcome could not be recorded',
      }),
    )
  })
})
