// How long finished tasks are kept.
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { enqueue } from '../../src/jobs/outbox.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService({ worker: true, timing: { relayPollMs: 50 } })

it('purges tasks that finished before the retention, and no others', async () => {
  const { db } = service
  const owner = await person(service)
  const { body: open } = await service.api
    .as(owner)
    .post('/tasks', { type: 'greet', input: { name: 'Ada' } })
  const dayMs = 86_400_000
  const ids: Record<string, string> = { old: randomUUID(), young: randomUUID() }
  for (const [age, days] of [
    ['old', 31],
    ['young', 29],
  ] as const) {
    await db('tasks').insert({
      ...{ id: ids[age], user_id: owner.id, type: 'greet', input: '{"name":"Ada"}' },
      ...{ status: 'succeeded', progress: 100, attempts: 1, result: '{"message":"Hello"}' },
      ...{ created_at: new Date(), updated_at: new Date() },
      finished_at: new Date(Date.now() - days * dayMs),
    })
  }
  await db.transaction((trx) => enqueue(trx, 'purgeTasks', {}))
  await until('the purge', async () => {
    const rows = await db('tasks').where({ id: ids.old })
    return rows.length === 0 || undefined
  })
  const left = await db('tasks').whereIn('id', [ids.young, open.id])
  expect(left).toHaveLength(2)
})
