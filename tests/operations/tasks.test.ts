import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import document from '../../generated/openapi.json' with { type: 'json' }
import { failTask } from '../contract/suite/tasks.ts'
import { person, superuser } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService({ worker: true })
const greeting = (name = 'Ada') => ({ type: 'greet', input: { name } })

/** Waits until a task has finished, and returns it. */
function finished(caller: Client, id: string) {
  return until(`the end of task ${id}`, async () => {
    const { body } = await caller.get(`/tasks/${id}`)
    return ['succeeded', 'failed'].includes(body.status) ? body : undefined
  })
}

describe('createTask', () => {
  it('accepts a task and returns its location; the worker completes it', async () => {
    const caller = service.api.as(await person(service))
    const accepted = await caller.post('/tasks', greeting('Grace'))
    expect(accepted.status).toBe(202)
    expect(accepted.headers.get('location')).toBe(`/api/v1/tasks/${accepted.body.id}`)
    expect(accepted.body).toMatchObject({ status: 'queued', progress: 0, finishedAt: null })
    const task = await finished(caller, accepted.body.id)
    expect(task).toMatchObject({ status: 'succeeded', progress: 100 })
    expect(task.result).toEqual({ message: 'Hello, Grace!' })
  })

  it('creates one task for two requests with the same Idempotency-Key', async () => {
    const caller = service.api.as(await person(service))
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    const body = JSON.stringify(greeting())
    const submit = () => caller.request('POST', '/tasks', { body, headers })
    const [first, second] = [await submit(), await submit()]
    expect([first.status, second.text]).toEqual([202, first.text])
    expect((await caller.get('/tasks')).body.items).toHaveLength(1)
  })

  it('leaves no job in the outbox after the task has finished', async () => {
    const caller = service.api.as(await person(service))
    const { body } = await caller.post('/tasks', greeting())
    await finished(caller, body.id)
    await until('an empty outbox', async () => {
      const [row] = await service.db('outbox').whereRaw(`payload->>'taskId' = ?`, [body.id])
      return row === undefined ? true : undefined
    })
  })

  it.each([
    ['an unknown kind', { type: 'nope', input: { name: 'Ada' } }, '/body/type'],
    ['an input that does not fit', { type: 'greet', input: { name: '' } }, '/body/input/name'],
    [
      'a name without a visible character',
      { type: 'greet', input: { name: '\u200b ' } },
      '/body/input/name',
    ],
    ['no kind at all', { input: { name: 'Ada' } }, '/body/type'],
  ])('rejects %s', async (_, task, pointer) => {
    const answer = await service.api.as(await person(service)).post('/tasks', task)
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })
})

describe('getTask', () => {
  it('does not find a task that does not exist', async () => {
    const owner = await person(service)
    const unknownTaskId = '/tasks/01936299-6ff7-7c52-8e1b-6a90d4f3c217'
    expect((await service.api.as(owner).get(unknownTaskId)).status).toBe(404)
  })

  it('rejects a malformed id', async () => {
    const answer = await service.api.as(await person(service)).get('/tasks/1')
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].pointer).toBe('/path/taskId')
  })
})

describe('cancelTask', () => {
  it('cancels a running task', async () => {
    const caller = service.api.as(await person(service))
    const { body } = await caller.post('/tasks', greeting())
    await until('the start of the task', async () => {
      const task = await caller.get(`/tasks/${body.id}`)
      return task.body.status === 'running' ? true : undefined
    })
    const asked = await caller.post(`/tasks/${body.id}/cancel`)
    expect([asked.status, asked.body.status]).toEqual([200, 'cancelling'])
    const task = await until('the end of the task', async () => {
      const answer = await caller.get(`/tasks/${body.id}`)
      return answer.body.status === 'cancelled' ? answer.body : undefined
    })
    expect(task.finishedAt).not.toBeNull()
    expect(await service.db('outbox').where({ id: body.id })).toEqual([])
    const again = await caller.post(`/tasks/${body.id}/cancel`)
    expect([again.status, again.body.status]).toEqual([200, 'cancelled'])
  })

  it('fails for a finished task and for another user’s', async () => {
    const [owner, other] = [await person(service), await person(service)]
    const caller = service.api.as(owner)
    const { body } = await caller.post('/tasks', greeting())
    await finished(caller, body.id)
    const late = await caller.post(`/tasks/${body.id}/cancel`)
    expect([late.status, late.body.code]).toEqual([409, 'task_finished'])
    const answer = await service.api.as(other).post(`/tasks/${body.id}/cancel`)
    expect(answer.status).toBe(404)
  })
})

describe('retryTask', () => {
  it('runs a failed task again', async () => {
    const [owner, boss] = [await person(service), await superuser(service)]
    const caller = service.api.as(owner)
    const { body } = await caller.post('/tasks', greeting())
    await finished(caller, body.id)
    const path = `/admin/tasks/${body.id}/retry`
    const refused = await service.api.as(boss).post(path)
    expect([refused.status, refused.body.code]).toEqual([409, 'task_not_failed'])
    await failTask(body.id)(service.db)
    const answer = await service.api.as(boss).post(path)
    expect([answer.status, answer.body.status, answer.body.attempts]).toEqual([200, 'queued', 0])
    const task = await finished(caller, body.id)
    expect(task).toMatchObject({ status: 'succeeded', attempts: 1 })
    expect(task.problem).toBeUndefined()
  })
})

describe('listTasks', () => {
  it('filters by status and type', async () => {
    const caller = service.api.as(await person(service))
    const { body } = await caller.post('/tasks', greeting())
    await finished(caller, body.id)
    const ids = async (query: string) =>
      (await caller.get(`/tasks?${query}`)).body.items.map((it: { id: string }) => it.id)
    expect(await ids('status=succeeded&type=greet')).toEqual([body.id])
    expect(await ids('status=queued')).toEqual([])
    expect((await caller.get('/tasks?status=lost')).status).toBe(422)
  })

  it('lists the tasks of several states in one order, page by page', async () => {
    const caller = service.api.as(await person(service))
    const made: string[] = []
    for (let count = 0; count < 3; count++) {
      const { body } = await caller.post('/tasks', greeting())
      await finished(caller, body.id)
      made.unshift(body.id)
    }
    const [newest, middle, oldest] = made
    await failTask(newest)(service.db)
    await failTask(middle)(service.db)
    const page = async (query: string) => (await caller.get(`/tasks?${query}`)).body
    const ids = async (query: string) =>
      (await page(query)).items.map((it: { id: string }) => it.id)
    expect(await ids('status=succeeded&status=failed&status=cancelled')).toEqual(made)
    expect(await ids('status=succeeded&status=queued&type=greet')).toEqual([oldest])
    const { items, nextCursor } = await page('status=succeeded&status=failed&limit=2')
    expect(items.map((it: { id: string }) => it.id)).toEqual(made.slice(0, 2))
    const rest = `cursor=${nextCursor}&limit=2`
    expect(await ids(`status=failed&status=succeeded&status=failed&${rest}`)).toEqual([oldest])
    for (const other of ['status=failed', 'status=succeeded', 'type=greet']) {
      expect((await caller.get(`/tasks?${other}&${rest}`)).status, other).toBe(422)
    }
  })

  it('shows the caller’s own, newest first, page by page', async () => {
    const [owner, other] = [await person(service), await person(service)]
    const caller = service.api.as(owner)
    await service.api.as(other).post('/tasks', greeting())
    const ids: string[] = []
    for (let count = 0; count < 3; count++) {
      ids.unshift((await caller.post('/tasks', greeting())).body.id)
    }
    const first = await caller.get('/tasks?limit=2')
    const second = await caller.get(`/tasks?limit=2&cursor=${first.body.nextCursor}`)
    const seen = [...first.body.items, ...second.body.items].map((it: { id: string }) => it.id)
    expect(seen).toEqual(ids)
    expect(second.body.nextCursor).toBeNull()
  })
})

describe('erasing a user', () => {
  it('removes their tasks, whether the user is active or deleted', async () => {
    const boss = service.api.as(await superuser(service))
    const [present, deleted] = [await person(service), await person(service)]
    for (const someone of [present, deleted]) {
      const caller = service.api.as(someone)
      expect((await caller.post('/tasks', greeting())).status).toBe(202)
    }
    await service.api.as(deleted).delete(`/users/${deleted.username}`)
    for (const { id } of [present, deleted]) {
      expect((await boss.delete(`/admin/users/${id}`)).status).toBe(204)
      expect(await service.db('tasks').where({ user_id: id })).toEqual([])
    }
  })
})

it('tasks can be filtered by each kind that there is', () => {
  const { TaskType, Task } = document.components.schemas
  expect(TaskType.enum).toEqual(Object.keys(Task.discriminator.mapping))
})
