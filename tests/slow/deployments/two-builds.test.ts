// Two builds side by side on one Redis and one PostgreSQL, as during a deployment: with another response
// schema and other caching. Slow because two builds are generated, bundled and started.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, person, signUp } from '../../support/builders.ts'
import { copyOfProduct, type Mutation, startServers } from '../../support/servers.ts'
import { useService } from '../../support/service.ts'

const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000', LOG_LEVEL: 'warn' } })
const stops: (() => Promise<unknown>)[] = []
const run = promisify(execFile)

/** The old build does not cache profiles. */
const uncachedProfile: Mutation[] = [
  { file: 'openapi/paths/users_{username}.yaml', from: '  x-cache: { ttl: 3600 }\n', to: '' },
]

/** In the new one profiles have another member, and so have the accounts that a change of them shows. */
const otherShape: Mutation[] = [
  ...['PublicUser', 'User'].map((schema) => ({
    file: `openapi/components/schemas/${schema}.yaml`,
    from: '\nproperties:\n',
    to: '\nproperties:\n  handle:\n    description: The name with an at sign.\n    type: string\n    maxLength: 100\n',
  })),
  {
    file: 'src/features/accounts/presenter.ts',
    from: '    id: user.id,\n',
    to: '    id: user.id,\n    handle: `@$' + '{user.username}`,\n',
  },
]

/** Starts a server of the product with these changes, generated again. Returns its origin. */
async function build(mutations: Mutation[]) {
  const { folder, remove } = await copyOfProduct(...mutations)
  stops.push(remove)
  await run(process.execPath, ['--import', 'tsx', 'scripts/codegen.ts'], { cwd: folder })
  const [server] = await startServers(folder, service.env)
  stops.push(async () => server?.stop())
  return `http://127.0.0.1:${server?.port}/api/v1`
}

let old: string
let next: string
beforeAll(async () => {
  old = await build(uncachedProfile)
  next = await build(otherShape)
})
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

interface Sent {
  readonly as?: { readonly token: string }
  readonly method?: string
  readonly body?: object
}

async function ask(url: string, { as, method = 'GET', body }: Sent = {}) {
  const headers = {
    ...(as && { authorization: `Bearer ${as.token}` }),
    ...(body && { 'content-type': 'application/json' }),
  }
  const response = await fetch(url, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const { status } = response
  return { status, cache: response.headers.get('cache-status'), body: text && JSON.parse(text) }
}

/** What a user has in a cached list under their name, by the operation that creates it. */
const owned: Readonly<Record<string, { readonly path: string; readonly body: object }>> = {
  createPost: { path: '/posts', body: { title: 'Mine', text: 'x' } },
}

const hit = 'api; hit'

/** Asks until the answer comes from the cache. */
async function cached(url: string, sent: Sent = {}) {
  await ask(url, sent)
  const again = await ask(url, sent)
  expect([again.status, again.cache]).toEqual([200, hit])
  return again.body
}

it('neither returns the response shape of the other', async () => {
  const ada = await person(service)
  const shapes = async (origin: string) => {
    const { items } = await cached(`${origin}/users?limit=1`, { as: ada })
    return Object.keys(items[0])
  }
  const before = await shapes(old)
  expect(await shapes(next)).toEqual(expect.arrayContaining(['handle', ...before]))
  expect(before).not.toContain('handle')
  expect(await shapes(old)).toEqual(before)
})

describe('each invalidates what the other has cached', () => {
  it('of a read that the writing build caches too', async () => {
    const ada = await person(service)
    for (const [writer, reader, name] of [
      [old, next, 'First'],
      [next, old, 'Second'],
    ] as const) {
      const [account, list] = [`${reader}/users/me`, `${reader}/users?limit=1`]
      for (const url of [account, list]) await cached(url, { as: ada })
      const sent = { as: ada, method: 'PATCH', body: { name } }
      expect((await ask(`${writer}/users/me`, sent)).status).toBe(200)
      expect((await ask(account, { as: ada })).body.name).toBe(name)
      expect((await ask(list, { as: ada })).body.items[0].name).toBe(name)
    }
  })

  it.each(Object.entries(owned))('of a list that %s adds to', async (_, { path, body }) => {
    const ada = await person(service)
    const list = `/users/${ada.username}${path}`
    for (const [writer, reader] of [
      [old, next],
      [next, old],
    ] as const) {
      const before = await cached(reader + list)
      expect((await ask(writer + list, { as: ada, method: 'POST', body })).status).toBe(201)
      expect((await ask(reader + list)).body.items).toHaveLength(before.items.length + 1)
    }
  })

  it('of a read that the writing build does not cache', async () => {
    const ada = await person(service)
    const profile = `/users/${ada.username}`
    expect((await ask(old + profile)).cache).toBeNull()
    await cached(next + profile)
    const changed = await ask(old + profile, {
      as: ada,
      method: 'PATCH',
      body: { name: 'Changed' },
    })
    expect(changed.status).toBe(200)
    expect((await ask(next + profile)).body.name).toBe('Changed')
  })

  it.each(['renamed', 'deleted'])(
    'of a name whose user was %s, and that another user has',
    async (how) => {
      const ada = await person(service)
      const profile = `/users/${ada.username}`
      for (const { path, body } of Object.values(owned)) {
        await ask(old + profile + path, { as: ada, method: 'POST', body })
        for (const origin of [old, next]) await cached(origin + profile + path)
      }
      await cached(next + profile)
      const gone =
        how === 'renamed'
          ? await ask(old + profile, {
              as: ada,
              method: 'PATCH',
              body: { username: signUp().username },
            })
          : await ask(old + profile, { as: ada, method: 'DELETE' })
      expect(gone.status).toBeLessThan(300)
      expect((await ask(next + profile)).status).toBe(404)
      const heir = await account(service, { username: ada.username })
      expect((await ask(next + profile)).body.id).toBe(heir.id)
      for (const { path } of Object.values(owned)) {
        for (const origin of [old, next]) {
          expect((await ask(origin + profile + path)).body.items).toEqual([])
        }
      }
    },
  )
})
