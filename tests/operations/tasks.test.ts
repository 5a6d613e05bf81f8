import { describe, expect, it } from 'vitest'
import { person } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService({ worker: true })
const greeting = (name = 'Ada') => ({ type: 'greet', input: { name } })

/** The task once it is over. */
function finished(caller: Client, id: string) {
  return until(`the end of task ${id}`, async () => {
    const { body } = await caller.get(`/tasks/${id}`)
    return ['succeeded', 'failed'].includes(body.status) ? body : undefined
  })
}

describe('createTask', () => {
  it('accepts the task, says where to follow it, and the worker finishes it', async () => {
    const caller = service.api.as(await person(service.api))
    const accepted = await caller.post('/tasks', greeting('Grace'))
    expect(accepted.status).toBe(202)
    expect(accepted.headers.get('location')).toBe(`/api/v1/tasks/${accepted.body.id}`)
    expect(accepted.body).toMatchObject({ status: 'queued', progress: 0, finishedAt: null })
    const task = await finished(caller, accepted.body.id)
    expect(task).toMatchObject({ status: 'succeeded', progress: 100 })
    expect(task.result).toEqual({ message: 'Hello, Grace!' })
  })

  it('leaves nothing to do behind when the work is done', async () => {
    const caller = service.api.as(await person(service.api))
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
    ['no kind at all', { input: { name: 'Ada' } }, '/body/type'],
  ])('refuses %s', async (_, task, pointer) => {
    const answer = await service.api.as(await person(service.api)).post('/tasks', task)
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })

  it('refuses whoever is not logged in', async () => {
    expect((await service.api.post('/tasks', greeting())).status).toBe(401)
  })
})

describe('getTask', () => {
  it('does not find what is somebody else’s, or nobody’s', async () => {
    const [owner, stranger] = [await person(service.api), await person(service.api)]
    const { body } = await service.api.as(owner).post('/tasks', greeting())
    expect((await service.api.as(stranger).get(`/tasks/${body.id}`)).status).toBe(404)
    expect((await service.api.as(owner).get(`/tasks/${body.id}`)).status).toBe(200)
    const nobodys = '/tasks/01936299-6ff7-7c52-8e1b-6a90d4f3c217'
    expect((await service.api.as(owner).get(nobodys)).status).toBe(404)
  })

  it('refuses an id that is none', async () => {
    const answer = await service.api.as(await person(service.api)).get('/tasks/1')
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].pointer).toBe('/path/taskId')
  })
})

describe('listTasks', () => {
  it('shows the caller’s own, newest first, page by page', async () => {
    const [owner, stranger] = [await person(service.api), await person(service.api)]
    const caller = service.api.as(owner)
    await service.api.as(stranger).post('/tasks', greeting())
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
