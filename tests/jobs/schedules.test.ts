// Recurring jobs: one for each tick with any number of workers, and what the purges remove.
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { createLogger } from '../../src/lib/log.ts'
import { createWorker } from '../../src/worker-app.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()
const timing = { scheduleCheckMs: 50, relayPollMs: 50 }
const log = createLogger({ level: 'silent', part: 'test' })
let now = new Date()
const workers: ReturnType<typeof createWorker>[] = []

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop(5000)
})

function startWorkers(count: number, clock = () => now) {
  for (let index = 0; index < count; index++) {
    workers.push(createWorker({ config: loadConfig(service.env), log, clock, timing }))
  }
}

const lastTick = async () =>
  (await service.db('schedules').where({ job: 'purgeUsers' }).first('last_tick'))?.last_tick

const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)

/** Counts each row that is added, even if it is removed again. */
async function countEnqueued() {
  await service.db.raw(`
    create table if not exists enqueued (job text);
    create or replace function note_enqueued() returns trigger language plpgsql as
      $$ begin insert into enqueued values (new.job); return new; end $$;
    create or replace trigger note_enqueued after insert on outbox
      for each row execute function note_enqueued()`)
}
const enqueued = async (job: string) => (await service.db('enqueued').where({ job })).length

it('enqueues a job once for each tick with several workers, and not again after a restart', async () => {
  await countEnqueued()
  startWorkers(3)
  await until('the schedules', async () => ((await lastTick()) ? true : undefined))
  expect(await enqueued('purgeUsers')).toBe(0)
  for (const day of [1, 2]) {
    now = new Date(now.getTime() + 86_400_000)
    const before = await lastTick()
    await until('the tick', async () => ((await lastTick()) > before ? true : undefined))
    expect(await enqueued('purgeUsers')).toBe(day)
  }
  for (const worker of workers.splice(0)) await worker.stop(5000)
  startWorkers(2)
  // Another tick shows that they have checked.
  now = new Date(now.getTime() + 5 * 86_400_000)
  const before = await lastTick()
  await until('the tick', async () => ((await lastTick()) > before ? true : undefined))
  // Five days without a worker give one job.
  expect(await enqueued('purgeUsers')).toBe(3)
})

it('purges fewer rows at a time if many take too long', async () => {
  const old = Array.from({ length: 20 }, () => ({
    ...{ id: randomUUID(), job: 'purgeUsers', payload: '{}' },
    failed_at: daysAgo(400),
  }))
  await service.db('outbox').insert(old)
  await service.db.raw(`
    create or replace function delete_slowly() returns trigger language plpgsql as
      $$ begin if old.failed_at is not null then perform pg_sleep(0.04); end if; return old; end $$;
    create trigger delete_slowly before delete on outbox for each row execute function delete_slowly()`)
  const config = loadConfig({ ...service.env, DATABASE_QUERY_TIMEOUT_MS: '600' })
  workers.push(createWorker({ config, log, clock: () => now, timing }))
  await service.db('outbox').insert({ id: randomUUID(), job: 'purgeFailedJobs', payload: '{}' })
  await service.db.raw(`notify outbox_added`)
  await until('an empty outbox', async () => (await service.db('outbox')).length === 0 || undefined)
  await service.db.raw('drop trigger delete_slowly on outbox')
})

it('purges what is older than its retention, and nothing else', async () => {
  startWorkers(1)
  await until('the schedules', async () => ((await lastTick()) ? true : undefined))
  const [kept, owner] = [await person(service), await person(service)]
  const old = await person(service)
  const { db } = service
  await db('users')
    .where({ id: old.id })
    .update({ deleted_at: daysAgo(91) })
  await db('users')
    .where({ id: kept.id })
    .update({ deleted_at: daysAgo(80) })
  const given = { fingerprint: 'f', status: 201, headers: '{}', user_id: owner.id }
  const keys = ['old', 'young'].map((key) => ({
    ...given,
    key,
    created_at: key === 'old' ? daysAgo(2) : new Date(now.getTime() + 86_400_000),
  }))
  await db('idempotency_keys').insert(keys)
  const dead = { job: 'purgeUsers', payload: '{}', id: '0193629f-0000-7000-8000-000000000001' }
  await db('outbox').insert({ ...dead, failed_at: daysAgo(31) })
  await db('sessions')
    .where({ user_id: kept.id })
    .update({ expires_at: daysAgo(2) })
  now = new Date(now.getTime() + 86_400_000)
  await until('the purges', async () => {
    const counts = await Promise.all([
      db('users').where({ id: old.id }),
      db('idempotency_keys').where({ user_id: owner.id }),
      db('outbox').where({ id: dead.id }),
      db('sessions').whereIn('user_id', [kept.id, owner.id]),
    ])
    return counts.map((it) => it.length).join() === '0,1,0,1' ? true : undefined
  })
  expect(await db('users').where({ id: kept.id })).toHaveLength(1)
})

it('enqueues a job once for each tick if the clocks of workers differ', async () => {
  await countEnqueued()
  await service.db('schedules').delete()
  await service.db('enqueued').delete()
  const hourMs = 3_600_000
  // After the tick of this day. Otherwise the slow clock would give a job for it.
  now = new Date('2100-01-01T12:00:00Z')
  startWorkers(1)
  startWorkers(1, () => new Date(now.getTime() + hourMs))
  await until('the schedules', async () => (await lastTick()) ?? undefined)
  // The fast clock reaches 03:17, then the slow one does; then the next day.
  for (const [time, tick] of [
    ['2100-01-02T03:00:00Z', '2100-01-02T03:17:00Z'],
    ['2100-01-02T03:30:00Z', '2100-01-02T03:17:00Z'],
    ['2100-01-03T03:30:00Z', '2100-01-03T03:17:00Z'],
  ] as const) {
    now = new Date(time)
    const reached = Date.parse(tick)
    await until(
      `the tick ${tick}`,
      async () => Date.parse(await lastTick()) === reached || undefined,
    )
  }
  expect(await enqueued('purgeUsers')).toBe(2)
})
