// The promise of the cache, over several processes: once a write has been answered, every read that
// starts afterwards sees it or something newer. And that this test would find it broken.
// Slow because it sends thousands of requests to copies of the product.
import { afterEach, describe, expect, it } from 'vitest'
import { person, superuser } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { type Belonging, Load, Stale } from '../../support/consistency.ts'
import { postOfUser } from '../../support/posts-load.ts'
import { copyOfProduct, type Mutation, startServers } from '../../support/servers.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

// On a machine that is too busy, an answer of Redis may take longer than a request would wait for it;
// what then holds is the bound, and tests/cache/outage.test.ts shows that.
const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000', LOG_LEVEL: 'warn' } })
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function source(...mutations: Mutation[]): Promise<string> {
  const { folder, remove } = await copyOfProduct(...mutations)
  stops.push(remove)
  return folder
}

async function start(folder: string, count: number) {
  const servers = await startServers(folder, service.env, count)
  stops.push(...servers.map((it) => it.stop))
  return servers
}

/** What the users of the load have. */
const belongings: (() => Belonging)[] = [postOfUser]

async function load(folder: string, operations: number) {
  const ports = (await start(folder, 2)).map((it) => it.port)
  const { token } = await superuser(service)
  const running = new Load({ ports, root: token, people: service, budget: operations, belongings })
  await running.run(6, 10)
  return running
}

describe('two processes under ten thousand reads and writes', () => {
  it('never show what was there before a write that has been answered', async () => {
    const { reads, writes } = await load(await source(), 10_000)
    expect(reads).toBeGreaterThan(writes)
    expect(writes).toBeGreaterThan(1000)
  }, 120_000)

  it.each([
    [
      'versions are read after loading',
      {
        file: 'src/engine/steps/cache.ts',
        from: 'void keep(operation, { name: key, tags, versions: found.versions, value })',
        to: `void store.get(key, entryTags(operation, request)).then((now) => {
          if (now.state === 'miss') void keep(operation, { name: key, tags, versions: now.versions, value })
        })`,
      },
    ],
    [
      'the tags are dropped before the commit',
      {
        file: 'src/engine/lifecycle.ts',
        from: 'context.invalidation = (await cache?.startInvalidation(operation, target)) ?? null',
        to: `const early = await cache?.startInvalidation(operation, target)
      await early?.finish()
      if (early) context.invalidation = { add: early.add, finish: async () => {}, abandon: async () => {} }`,
      },
    ],
  ])(
    'do where %s',
    async (_, mutation) => {
      await expect(load(await source(mutation), 20_000)).rejects.toThrow(Stale)
    },
    120_000,
  )
})

describe('a process that dies between the commit and the answer', () => {
  const dying: Mutation = {
    file: 'src/cache/cache.ts',
    from: 'async finishInvalidation(started: Invalidation): Promise<boolean> {',
    to: "async finishInvalidation(started: Invalidation): Promise<boolean> {\n process.kill(process.pid, 'SIGKILL')",
  }

  /** What another process shows after a change whose process died; the change was committed. */
  async function shownAfter(...mutations: Mutation[]) {
    const [well] = await start(await source(), 1)
    const [victim] = await start(await source(dying, ...mutations), 1)
    const other = createClient(`http://127.0.0.1:${well?.port}`)
    const ada = await person(service)
    const path = `/users/${ada.username}`
    await until('a hit', async () => {
      const { headers } = await other.get(path)
      return headers.get('cache-status') === 'api; hit' || undefined
    })
    const change = createClient(`http://127.0.0.1:${victim?.port}`, ada).patch(path, {
      name: 'New',
    })
    await expect(change).rejects.toThrow()
    await victim?.exited
    const [row] = await service.db('users').where({ id: ada.id })
    expect(row.name).toBe('New')
    return (await other.get(path)).body.name
  }

  it('leaves nothing stale behind', async () => {
    expect(await shownAfter()).toBe('New')
  })

  it('does where nothing was marked before the commit', async () => {
    const unmarked: Mutation = {
      file: 'src/cache/cache.ts',
      from: 'await extend(started, tags)',
      to: 'for (const tag of tags) started.keys.add(tagKey(tag))',
    }
    expect(await shownAfter(unmarked)).not.toBe('New')
  })
})
