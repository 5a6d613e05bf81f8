// The recurring job that hard deletes posts.
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService({ worker: true })

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

it('purges posts that were deleted before their retention, and keeps younger and active ones', async () => {
  const owner = await person(service)
  const ids: string[] = []
  for (const title of ['old', 'young', 'active']) {
    const sent = { title, text: 'x' }
    const made = await service.api.as(owner).post(`/users/${owner.username}/posts`, sent)
    ids.push(made.body.id)
  }
  const [old, young, active] = ids
  const { db } = service
  const deleted = (id: string | undefined, days: number) =>
    db('posts')
      .where({ id })
      .update({ deleted_at: daysAgo(days) })
  await deleted(old, 91)
  await deleted(young, 80)
  await db('outbox').insert({ id: randomUUID(), job: 'purgePosts', payload: '{}' })
  await db.raw('notify outbox_added')
  await until('the purge', async () => (await db('outbox')).length === 0 || undefined)
  const left = await db('posts').whereIn('id', ids).pluck('id')
  expect(left.sort()).toEqual([young, active].sort())
})
