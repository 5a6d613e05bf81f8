// Every write and every job invalidates the reads that it changes. The test sends all reads without a
// cache before and after, and each read that differs must have been marked.
// Slow because each write is surrounded by a hundred reads or more.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { operations } from '../../../generated/operations.ts'
import { loadConfig } from '../../../src/config/config.ts'
import type { OperationId } from '../../../src/contract.ts'
import type { Operation } from '../../../src/engine/operation.ts'
import type { JobName, JobPayloads } from '../../../src/jobs/jobs.ts'
import { enqueue } from '../../../src/jobs/outbox.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { createWorker } from '../../../src/worker-app.ts'
import { type Sent, successes } from '../../contract/suite/requests.ts'
import { send } from '../../contract/suite/run.ts'
import type { Person, World } from '../../contract/suite/world.ts'
import { password, signUp } from '../../support/builders.ts'
import { Subjects, sendReads, staleReads, watchMarks } from '../../support/changed-reads.ts'
import { worldOf } from '../../support/past-the-api.ts'
import { copyOfProduct, type Mutation, startServers } from '../../support/servers.ts'
import { startService, useService } from '../../support/service.ts'
import { preparedTasks, shownTaskJobs } from '../../support/tasks.ts'
import { until } from '../../support/until.ts'
import { preparedPosts } from './posts-prepared.ts'

// A busy machine must not look like a Redis that is away.
const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000' } })
const stops: (() => unknown)[] = []
let world: World
let uncached: string
let marks: Awaited<ReturnType<typeof watchMarks>>

beforeAll(async () => {
  const reader = await startService({ ...service.env, REDIS_CACHE_PORT: '1' })
  uncached = reader.url
  marks = await watchMarks(inject('redisPort'), service.env.REDIS_PREFIX ?? '')
  stops.push(reader.stop, marks.close)
  world = worldOf(service)
})
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

/** What each user of a world has, by the operation that creates it. */
const belongings: Readonly<Record<string, (of: Person) => readonly [string, object]>> = {
  createPost: ({ username }) => [
    `/users/${username}/posts`,
    { title: 'One of the world', text: 'x' },
  ],
  createTask: () => ['/tasks', { type: 'greet', input: { name: 'Ada' } }],
}

/** Returns the users who read: those of the write, another user and a superuser, each with belongings. */
async function viewersOf(subjects: Subjects, recorded: World) {
  await recorded.person()
  await recorded.superuser()
  for (const person of [...subjects.people]) {
    for (const make of Object.values(belongings)) await recorded.made(person, ...make(person))
  }
  return subjects.people
}

/** Logs users in again whose sessions the write has ended. */
async function loggedIn(people: readonly Person[]): Promise<Person[]> {
  return Promise.all(
    people.map(async (it) => {
      const { status } = await service.api.as(it).get('/users/me')
      if (status !== 401) return it
      for (const known of [password, `${password}-2`]) {
        const fields = { username: it.username, password: known, refresh_token_in: 'body' }
        const { body } = await service.api.post('/login', fields)
        if (body.access_token) return { ...it, token: body.access_token }
      }
      return it
    }),
  )
}

/** The reads that a write of a build changes and leaves in the cache. */
async function staleAfter(
  id: OperationId,
  make: (world: World) => Promise<Sent>,
  origin = service.url,
) {
  const subjects = new Subjects()
  const recorded = subjects.recording(world)
  const sent = await make(recorded)
  const viewers = await viewersOf(subjects, recorded)
  const before = await sendReads(uncached, subjects, viewers)
  await marks.take()
  const { status, text } = await send(origin, id, sent)
  expect(status, text).toBeLessThan(300)
  const marked = await marks.take()
  const after = await sendReads(uncached, subjects, await loggedIn(viewers))
  return staleReads(before, after, marked)
}

const writes = Object.values<Operation>(operations)
  .filter((it) => it.method !== 'get')
  .map((it) => it.operationId as OperationId)

describe('after a write, what a read shows is not found in the cache if it has changed', () => {
  it.each(writes)('%s', async (id) => {
    expect(await staleAfter(id, successes[id])).toEqual([])
  })

  it('updateUser, where the name changes', async () => {
    const rename = async (recorded: World) => {
      const sent = await successes.updateUser(recorded)
      return { ...sent, body: JSON.stringify({ username: signUp().username }) }
    }
    expect(await staleAfter('updateUser', rename)).toEqual([])
  })

  it.each(['updateUser', 'deleteUser'] as const)('%s, by a superuser', async (id) => {
    const byAnother = async (recorded: World) => {
      const sent = await successes[id](recorded)
      return { ...sent, as: await recorded.superuser() }
    }
    expect(await staleAfter(id, byAnother)).toEqual([])
  })
})

/** What there has to be for a job to do something. */
const prepared: Readonly<Record<JobName, (subjects: Subjects) => Promise<unknown>>> = {
  ...preparedTasks(() => service.db),
  purgeUsers: async (subjects) => {
    const ids = subjects.people.slice(0, 1).map((it) => it.id)
    await service.db('users').whereIn('id', ids).update({ deleted_at: '2020-01-01' })
  },
  ...preparedPosts(service),
  purgeSessions: async (subjects) => {
    const ids = subjects.people.slice(0, 1).map((it) => it.id)
    await service.db('sessions').whereIn('user_id', ids).update({ expires_at: '2020-01-01' })
  },
  purgeIdempotencyKeys: async () => {},
  purgeFailedJobs: () => service.db('outbox').update({ failed_at: '2020-01-01' }),
}

/** What a job is enqueued with, where that is anything. */
const payloads: { readonly [Name in JobName]?: JobPayloads[Name] } = {}

/** The jobs whose end some read shows. */
const shown: readonly string[] = ['purgeUsers', ...shownTaskJobs]

/** Runs a job: the one that waits, or a new one. */
async function work(job: JobName) {
  const [known] = await service.db('outbox').where({ job })
  if (known === undefined)
    await service.db.transaction((trx) => enqueue(trx, job, payloads[job] ?? {}))
  const log = createLogger({ level: 'silent', part: 'test' })
  const worker = createWorker({ config: loadConfig(service.env), log, clock: () => new Date() })
  await until('the end of the work', async () => {
    const [waiting] = await service.db('outbox').where({ job }).whereNull('failed_at').limit(1)
    return waiting === undefined || undefined
  })
  await worker.stop(5000)
}

describe('after a job, what a read shows is not found in the cache if it has changed', () => {
  it.each(Object.keys(prepared) as JobName[])('%s', async (job) => {
    await service.db('outbox').delete()
    const subjects = new Subjects()
    const recorded = subjects.recording(world)
    await recorded.person()
    const viewers = await viewersOf(subjects, recorded)
    await service.db('outbox').whereNot({ job }).delete()
    await prepared[job](subjects)
    const before = await sendReads(uncached, subjects, viewers)
    await marks.take()
    await work(job)
    const marked = await marks.take()
    const after = await sendReads(uncached, subjects, viewers)
    expect(staleReads(before, after, marked)).toEqual([])
    const changes = [...before].filter(([key, it]) => after.get(key)?.text !== it.text)
    if (shown.includes(job)) expect(changes).not.toEqual([])
  })
})

/** The contract without one name in the `x-invalidates` of an operation. */
async function without(id: OperationId, read: OperationId): Promise<Mutation> {
  const file = 'generated/operations.ts'
  const source = await readFile(file, 'utf8')
  const start = source.indexOf(`  "${id}": {`)
  const line = new RegExp(`      "${read}": \\[[^\\]]*\\],?\\n`)
  const from = source.slice(start, source.indexOf('\n  },', start))
  return { file, from, to: from.replace(line, '') }
}

describe('the comparison finds a build that lacks one name', () => {
  it.each([
    ['updateUser', 'getUser', 'getUser {"username"'],
    ['updatePost', 'listPosts', 'listPosts {"username"'],
    ['changePassword', 'listSessions', 'listSessions {} as'],
    ['cancelTask', 'getTask', 'getTask {"taskId"'],
  ] as const)('of %s: %s', async (id, read, said) => {
    const { folder, remove } = await copyOfProduct(await without(id, read))
    stops.push(remove)
    const [server] = await startServers(folder, service.env)
    stops.push(async () => server?.stop())
    const stale = await staleAfter(id, successes[id], `http://127.0.0.1:${server?.port}`)
    expect(stale.join('\n')).toContain(said)
    for (const it of stale) expect(it).toContain(read)
  })
})
