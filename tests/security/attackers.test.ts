// An attacker against a service of two processes, each request at the other one than the last: what a
// process knows alone is of no use, neither to it nor to them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { type Person, password, person, signUp } from '../support/builders.ts'
import { type Answer, type Client, createClient } from '../support/client.ts'
import { useRedis } from '../support/redis.ts'
import { copyOfProduct, startServers } from '../support/servers.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const redis = useRedis()
const service = useService()
const stops: (() => Promise<unknown>)[] = []
let redisPort: number
let one: Client
let other: Client
let last: Client

/** Whichever was not asked last. */
const next = () => {
  last = last === one ? other : one
  return last
}
const refresh = (token: string) => next().post('/refresh', { refresh_token: token })
const me = async (token: string) => (await next().as({ token }).get('/users/me')).status

beforeAll(async () => {
  redisPort = await freePort()
  const { folder, remove } = await copyOfProduct()
  stops.push(remove)
  const limits = { RATE_LIMIT_FACTOR: '1', TRUSTED_PROXIES: 'loopback' }
  const env = { ...service.env, ...limits, REDIS_CACHE_PORT: String(redisPort) }
  const servers = await startServers(folder, env, 2)
  stops.push(...servers.map((it) => it.stop))
  ;[one, other] = servers.map((it) => createClient(`http://127.0.0.1:${it.port}`)) as [
    Client,
    Client,
  ]
  last = other
})
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

/** Logged in past the limits, which are what some of these tests are about. */
const someone = () => person(service)

describe('over two processes', () => {
  it('a stolen refresh token ends the session for the thief and the owner', async () => {
    const victim = await someone()
    const thief = await refresh(victim.refreshToken)
    expect(await me(thief.body.access_token)).toBe(200)
    // The thief has gone on for longer than a request of the victim could have been under way.
    const used = new Date(Date.now() - 11_000)
    await service.db('refresh_tokens').whereNotNull('used_at').update({ used_at: used })
    expect((await refresh(victim.refreshToken)).status).toBe(401)
    for (const token of [victim.token, thief.body.access_token]) {
      expect(await me(token)).toBe(401)
      expect(await me(token)).toBe(401)
    }
  })

  it('a hundred parallel repeats of one cookie are one row and a hundred working answers', async () => {
    const { id, refreshToken } = await someone()
    // From addresses of their own: the limit by address is not what this is about.
    const repeat = (token: string, index: number) => {
      const headers = {
        cookie: `refresh_token=${token}`,
        'x-forwarded-for': `198.51.100.${index}`,
      }
      return next().request('POST', '/refresh', { headers })
    }
    const cookieOf = (answer: Answer) =>
      /^refresh_token=([\w-]{43});/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? ''
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => repeat(refreshToken, index)),
    )
    expect(answers.map((it) => it.status)).toEqual(Array(100).fill(200))
    const sessions = service.db('sessions').select('id').where({ user_id: id })
    const rows = await service.db('refresh_tokens').whereIn('session_id', sessions)
    expect(rows.filter((it) => it.used_at === null)).toHaveLength(1)
    expect(rows).toHaveLength(2)
    for (const { body } of answers) expect(await me(body.access_token)).toBe(200)
    const following = await Promise.all(answers.map(cookieOf).map(repeat))
    expect(following.map((it) => it.status)).toEqual(Array(100).fill(200))
    expect(new Set(following.map(cookieOf)).size).toBe(1)
  })

  it('a token still belongs to its owner after a rename, not to the next user with the name', async () => {
    const mine = await someone()
    const { username } = signUp()
    const renamed = await next().as(mine).patch(`/users/${mine.username}`, { username })
    expect(renamed.status).toBe(200)
    const heir = await person(service, { username: mine.username })
    for (let time = 0; time < 2; time += 1) {
      expect((await next().as(mine).get('/users/me')).body.username).toBe(username)
      const taken = await next().as(mine).patch(`/users/${heir.username}`, { name: 'Not mine' })
      expect(taken.status).toBe(403)
    }
  })

  it('a logout holds everywhere at once', async () => {
    const mine = await someone()
    expect([await me(mine.token), await me(mine.token)]).toEqual([200, 200])
    expect((await next().as(mine).post('/logout')).status).toBe(204)
    expect([await me(mine.token), await me(mine.token)]).toEqual([401, 401])
    expect((await refresh(mine.refreshToken)).status).toBe(401)
  })

  it('guessing is slow together, at once as one after the other, and without Redis', async () => {
    let lastAddress = 0
    const guess = async (username: string, pass: string, address: string) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': address }
      const body = JSON.stringify({ username, password: pass })
      return (await next().request('POST', '/login', { headers, body })).status
    }
    const elsewhere = () => `203.0.113.${++lastAddress}`
    /** How many of sixty wrong passwords were compared. */
    const compared = async ({ username }: Person, address: string, how: 'parallel' | 'serial') => {
      const found: number[] = []
      const one = async () => void found.push(await guess(username, 'Wrong-horse-7', address))
      if (how === 'parallel') await Promise.all(Array.from({ length: 60 }, one))
      else for (let time = 0; time < 20; time += 1) await one()
      expect(found.filter((it) => it !== 401 && it !== 429)).toEqual([])
      return found.filter((it) => it === 401).length
    }
    const countingTogether = () =>
      until('both of them counting together', async () => {
        const { token } = await someone()
        const left = async (api: Client) =>
          (await api.as({ token }).get('/users/me/sessions')).headers
            .get('ratelimit')
            ?.split(';')[1]
        return (await left(one)) === 'r=299' && (await left(other)) === 'r=298' ? true : undefined
      })
    for (const how of ['parallel', 'serial'] as const) {
      const [victim, other] = [await someone(), await someone()]
      const [here, there] = [elsewhere(), elsewhere()]
      // Without Redis each of the two counts for itself: five tries at each.
      expect(await compared(victim, here, how)).toBe(10)
      expect(await guess(victim.username, password, here)).toBe(429)
      const server = await redis.start(redisPort)
      await countingTogether()
      expect(await compared(other, there, how)).toBe(5)
      expect(await guess(other.username, password, there)).toBe(429)
      expect(await guess(other.username, password, elsewhere())).toBe(200)
      expect(await me(victim.token)).toBe(200)
      // What was counted is gone with Redis: each counts for itself again.
      await server.stop()
      expect(await compared(other, there, how)).toBeLessThanOrEqual(10)
    }
  })
})
