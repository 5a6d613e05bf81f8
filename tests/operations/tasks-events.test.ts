// Streams of tasks, through HTTP and with a real worker.
import { describe, expect, it } from 'vitest'
import { person } from '../support/builders.ts'
import { listenWith } from '../support/listen.ts'
import { startService, useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService({ worker: true })
const idle = useService()
const greeting = { type: 'greet', input: { name: 'Ada' } }

interface Seen {
  readonly id: number
  readonly status: string
}

/** Opens the stream of a task; `text` is what has arrived, `ended` resolves with all of it. */
async function follow(url: string, token: string | undefined, id: string, lastEventId?: number) {
  const response = await fetch(`${url}/api/v1/tasks/${id}/events`, {
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
    },
  })
  let text = ''
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk)
    return text
  }
  return { status: response.status, text: () => text, ended: read() }
}

const eventsIn = (text: string): Seen[] =>
  [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data = '']) => ({
    id: Number(id),
    status: JSON.parse(data).status,
  }))

/** Submits a task to a service without a worker. */
async function queuedTask() {
  const caller = await person(idle)
  const { body } = await idle.api.as(caller).post('/tasks', greeting)
  return { token: caller.token, id: body.id as string }
}

const change = (id: string, progress: number) =>
  idle.db('tasks').where({ id }).update({ status: 'running', progress })
const finish = (id: string) =>
  idle.db('tasks').where({ id }).update({ status: 'succeeded', finished_at: new Date() })

describe('getTaskEvents', () => {
  it('shows the progress of a task until it has finished', async () => {
    const caller = await person(service)
    const { token } = caller
    const { body } = await service.api.as(caller).post('/tasks', greeting)
    const events = eventsIn(await (await follow(service.url, token, body.id)).ended)
    expect(events.map((it) => it.status)).toContain('running')
    expect(events.at(-1)?.status).toBe('succeeded')
    expect(events.map((it) => it.id)).toEqual([...new Set(events.map((it) => it.id))].sort())
  })

  it('sends a client that reconnects the current state once, and 204 after the last', async () => {
    const { token, id } = await queuedTask()
    await change(id, 10)
    await change(id, 20)
    await finish(id)
    const missed = eventsIn(await (await follow(idle.url, token, id, 1)).ended)
    expect(missed).toEqual([{ id: 4, status: 'succeeded' }])
    expect((await follow(idle.url, token, id, 4)).status).toBe(204)
  })

  it('wakes the streams of two processes', async () => {
    const other = await startService(idle.env)
    const { token, id } = await queuedTask()
    const streams = await Promise.all([idle, other].map((it) => follow(it.url, token, id)))
    await until('first events', () => streams.every((it) => it.text() !== '') || undefined)
    await finish(id)
    for (const { ended } of streams) expect(eventsIn(await ended).at(-1)?.status).toBe('succeeded')
    await other.stop()
  })

  it('goes on after the connection that listens was killed', async () => {
    const { token, id } = await queuedTask()
    const stream = await follow(idle.url, token, id)
    await until('the listening connection', async () => {
      const { rows } = await idle.db.raw(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query like 'listen %'`,
      )
      return rows.length > 0 || undefined
    })
    await finish(id)
    expect(eventsIn(await stream.ended).at(-1)?.status).toBe('succeeded')
  })

  it('ends with a retry when its server stops', async () => {
    const { token, id } = await queuedTask()
    const server = await listenWith(idle.env)
    const stream = await follow(server.url, token, id)
    await until('the first event', () => stream.text() || undefined)
    await server.stop(0)
    expect(await stream.ended).toMatch(/retry: \d+\n\n$/)
  })

  it('ends when its task is removed', async () => {
    const { token, id } = await queuedTask()
    const stream = await follow(idle.url, token, id)
    await until('the first event', () => stream.text() || undefined)
    await idle.db('tasks').where({ id }).delete()
    expect(eventsIn(await stream.ended)).toHaveLength(1)
  })

  it('is a 404 for another user and a 401 for an anonymous client', async () => {
    const { id } = await queuedTask()
    const { token: other } = await person(idle)
    expect((await follow(idle.url, other, id)).status).toBe(404)
    expect((await follow(idle.url, undefined, id)).status).toBe(401)
  })

  it('is a 429 beyond 10 streams of a user', async () => {
    const { token, id } = await queuedTask()
    const streams = [...Array(10)].map(() => follow(idle.url, token, id))
    const open = await Promise.all(streams)
    expect((await follow(idle.url, token, id)).status).toBe(429)
    await finish(id)
    await Promise.all(open.map((it) => it.ended))
  })
})
