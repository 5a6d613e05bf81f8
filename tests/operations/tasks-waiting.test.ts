// How many tasks of a user may wait. There is no worker, so that all of them do.
import { expect, it } from 'vitest'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const service = useService({ env: { JOB_WAITING_PER_OWNER: '3' } })
const greeting = { type: 'greet', input: { name: 'Ada' } }

it('rejects further tasks of a user, also if they come at once, until one no longer waits', async () => {
  const caller = service.api.as(await person(service))
  const answers = await Promise.all(
    Array.from({ length: 9 }, () => caller.post('/tasks', greeting)),
  )
  const accepted = answers.filter((it) => it.status === 202)
  expect(accepted).toHaveLength(3)
  for (const { status, body } of answers) {
    if (status !== 202) expect([status, body.code]).toEqual([409, 'too_many_tasks'])
  }
  const other = service.api.as(await person(service))
  expect((await other.post('/tasks', greeting)).status).toBe(202)

  await caller.post(`/tasks/${accepted[0]?.body.id}/cancel`)
  expect((await caller.post('/tasks', greeting)).status).toBe(202)
  expect((await caller.post('/tasks', greeting)).status).toBe(409)
})
