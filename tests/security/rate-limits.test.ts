// Limits from the contract: who is counted by what, what is said of it, and that there is one without
// Redis too. And guessing passwords, which no limit of requests alone would make slow.
import { describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { account, password, signUp } from '../support/builders.ts'
import { type Answer, createClient } from '../support/client.ts'
import { useRedis } from '../support/redis.ts'
import { startService, useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const redis = useRedis()
const service = useService({ env: { RATE_LIMIT_FACTOR: '1', TRUSTED_PROXIES: 'loopback' } })
let lastAddress = 0

/** Another client: an address of its own, as a trusted proxy says it. */
const elsewhere = () => {
  lastAddress += 1
  return `198.51.${Math.floor(lastAddress / 256)}.${lastAddress % 256}`
}
const from = (address: string, url = service.url) => {
  const api = createClient(url)
  return (method: string, path: string, sent?: object): Promise<Answer> =>
    api.request(method, path, {
      headers: { 'x-forwarded-for': address, 'content-type': 'application/json' },
      ...(sent && { body: JSON.stringify(sent) }),
    })
}
const logIn = (username: string, pass: string, address = elsewhere(), url?: string) =>
  from(address, url)('POST', '/login', { username, password: pass })
const newUsername = async () => (await account(service)).username
const tokenOf = async (username: string) => (await logIn(username, password)).body.access_token
const statuses = async (times: number, ask: () => Promise<Answer>) => {
  const found: number[] = []
  for (let time = 0; time < times; time += 1) found.push((await ask()).status)
  return found
}

describe('a limit by address', () => {
  it('refuses what is over it with a problem and says when to come back', async () => {
    const ask = from(elsewhere())
    const refresh = { refresh_token: 'not-an-issued-token' }
    const first = await ask('POST', '/refresh', refresh)
    expect(first.status).toBe(401)
    expect(first.headers.get('ratelimit')).toMatch(/^"refreshToken";r=59;t=60$/)
    expect(first.headers.get('ratelimit-policy')).toBe('"refreshToken";q=60;w=60')
    const wrong = { refresh_token: 7 }
    expect(await statuses(59, () => ask('POST', '/refresh', wrong))).toEqual(Array(59).fill(422))
    const over = await ask('POST', '/refresh', refresh)
    expect(over.status).toBe(429)
    expect(over.body.code).toBe('rate_limited')
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(30)
    expect(over.headers.get('ratelimit')).toMatch(/^"refreshToken";r=0;t=\d+$/)
    expect((await from(elsewhere())('POST', '/refresh', refresh)).status).toBe(401)
  })

  it('counts a network of IPv6 as one client, and IPv4 in IPv6 as IPv4', async () => {
    const left = async (address: string) =>
      (await from(address)('POST', '/refresh', {})).headers.get('ratelimit')?.split(';')[1]
    expect(await left('2001:db8:1:2::1')).toBe('r=59')
    expect(await left('2001:db8:1:2:ffff::9')).toBe('r=58')
    expect(await left('2001:db8:1:3::1')).toBe('r=59')
    expect(await left('203.0.113.9')).toBe('r=59')
    expect(await left('::ffff:203.0.113.9')).toBe('r=58')
  })

  it('believes no proxy that is not trusted, and only what trusted ones have added', async () => {
    const { TRUSTED_PROXIES: _none, ...env } = service.env
    const plain = await startService({ ...env, REDIS_PREFIX: `${env.REDIS_PREFIX}-plain` })
    try {
      const left = async (address: string, url: string) =>
        (await from(address, url)('POST', '/refresh', {})).headers.get('ratelimit')?.split(';')[1]
      expect(await left('198.18.0.1', plain.url)).toBe('r=59')
      expect(await left('198.18.0.2', plain.url)).toBe('r=58')
      expect(await left('198.18.0.3, 198.18.1.1', service.url)).toBe('r=59')
      expect(await left('198.18.0.4, 198.18.1.1', service.url)).toBe('r=58')
      expect(await left('nonsense, 198.18.1.1', service.url)).toBe('r=57')
    } finally {
      await plain.stop()
    }
  })
})

describe('a limit by principal', () => {
  it('counts each caller alone, wherever they call from', async () => {
    const [one, other] = [await tokenOf(await newUsername()), await tokenOf(await newUsername())]
    const ask = (token: string) =>
      createClient(service.url)
        .as({ token })
        .request('GET', '/users/me/sessions', { headers: { 'x-forwarded-for': elsewhere() } })
    expect((await ask(one)).headers.get('ratelimit')).toMatch(/^"listSessions";r=299;/)
    expect((await ask(one)).headers.get('ratelimit')).toMatch(/^"listSessions";r=298;/)
    expect((await ask(other)).headers.get('ratelimit')).toMatch(/^"listSessions";r=299;/)
  })

  it('takes nothing from a caller whose token is refused', async () => {
    const answer = await createClient(service.url).as({ token: 'none' }).get('/users/me/sessions')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('ratelimit')).toBeNull()
  })
})

describe('without Redis', () => {
  it('each process counts for itself, and together again when Redis is back', async () => {
    const port = await freePort()
    const env = { ...service.env, REDIS_CACHE_PORT: String(port) }
    const both = await Promise.all([startService(env), startService(env)])
    try {
      const address = elsewhere()
      const ask = (url: string) => from(address, url)('POST', '/refresh', {})
      const left = async (url: string) => (await ask(url)).headers.get('ratelimit')?.split(';')[1]
      const [one, other] = both.map((it) => it.url) as [string, string]
      expect(await left(one)).toBe('r=59')
      expect(await left(other)).toBe('r=59')
      await statuses(59, () => ask(one))
      expect((await ask(one)).status).toBe(429)
      await redis.start(port)
      const shared = (url: string) =>
        until('a shared count', async () => ((await left(url)) === 'r=0' ? undefined : true))
      await shared(one)
      const [before, after] = [await left(one), await left(other)]
      expect(Number(before?.slice(2)) - Number(after?.slice(2))).toBe(1)
    } finally {
      for (const it of both) await it.stop()
    }
  })
})

type AskDocs = (username: string, address: string, pass?: string) => Promise<number>

/** The same service where the docs ask for a superuser's password. */
async function withDocs(work: (ask: AskDocs) => Promise<void>) {
  const staging = { ENVIRONMENT: 'staging', SECRET_KEY: 's'.repeat(32), BCRYPT_COST: '10' }
  const running = await startService({ ...service.env, ...staging, ADMIN_PASSWORD: password })
  try {
    await work(async (username, address, pass = password) => {
      const credentials = Buffer.from(`${username}:${pass}`).toString('base64')
      const headers = { authorization: `Basic ${credentials}`, 'x-forwarded-for': address }
      return (await fetch(`${running.url}/docs`, { headers })).status
    })
  } finally {
    await running.stop()
  }
}

describe('guessing a password', () => {
  it('is refused after five failures from an address, at that account alone', async () => {
    const [victim, other, address] = [await newUsername(), await newUsername(), elsewhere()]
    const guess = () => logIn(victim, 'Wrong-horse-7', address)
    expect(await statuses(7, guess)).toEqual([401, 401, 401, 401, 401, 429, 429])
    const refused = await logIn(victim, password, address)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800)
    expect((await logIn(victim.toUpperCase(), 'Wrong-horse-7', address)).status).toBe(429)
    expect((await logIn(other, password, address)).status).toBe(200)
  })

  it('knows an account by no spelling that it is not counted by', async () => {
    const email = `${signUp().username}i@example.com`
    await account(service, { email })
    expect((await logIn(email.toUpperCase(), password)).status).toBe(200)
    // In lower case this is an i for PostgreSQL, and two characters for JavaScript.
    expect((await logIn(email.replace('i@', '\u0130@'), password)).status).toBe(401)
  })

  it('does not lock its owner out, who comes from another address', async () => {
    const victim = await newUsername()
    await Promise.all(Array.from({ length: 60 }, () => logIn(victim, 'Wrong-horse-7', elsewhere())))
    const other = elsewhere()
    expect((await logIn(victim, 'Wrong-horse-7', other)).status).toBe(401)
    expect((await logIn(victim, password, other)).status).toBe(429)
    const home = elsewhere()
    expect((await logIn(victim, password, home)).status).toBe(200)
    expect((await logIn(victim, password, home)).status).toBe(200)
  })

  it('starts again after a success', async () => {
    const [someone, address] = [await newUsername(), elsewhere()]
    for (const times of [4, 4]) {
      const guess = () => logIn(someone, 'Wrong-horse-7', address)
      expect(await statuses(times, guess)).toEqual(Array(times).fill(401))
      expect((await logIn(someone, password, address)).status).toBe(200)
    }
  })

  it('cannot be had at many accounts from one address, through the docs neither', async () => {
    await withDocs(async (docs) => {
      const address = elsewhere()
      const byLogin = await statuses(20, () => logIn(signUp().username, password, address))
      expect(byLogin).toEqual(Array(20).fill(401))
      for (let time = 0; time < 30; time += 1) {
        expect(await docs(signUp().username, address)).toBe(401)
      }
      expect(await docs(await newUsername(), address)).toBe(429)
      expect(await docs(await newUsername(), elsewhere())).toBe(403)
    })
  })

  it('is no faster when many tries come at once', async () => {
    const [victim, address] = [await newUsername(), elsewhere()]
    const all = await Promise.all(
      Array.from({ length: 20 }, () => logIn(victim, 'Wrong-horse-7', address)),
    )
    expect(all.filter((it) => it.status === 401)).toHaveLength(5)
  })

  it('is not what fifty correct logins at once are taken for, at one account or at fifty', async () => {
    const [someone, address] = [await newUsername(), elsewhere()]
    const one = Array.from({ length: 50 }, () => logIn(someone, password, address))
    expect((await Promise.all(one)).map((it) => it.status)).toEqual(Array(50).fill(200))
    const [many, office] = [[] as string[], elsewhere()]
    while (many.length < 50) many.push(await newUsername())
    const all = await Promise.all(many.map((it) => logIn(it, password, office)))
    expect(all.map((it) => it.status)).toEqual(Array(50).fill(200))
  })

  it('costs a correct login nothing while it is under way, until the limit is reached', async () => {
    const [someone, address] = [await newUsername(), elsewhere()]
    const wrong = Array.from({ length: 4 }, () => logIn(someone, 'Wrong-horse-7', address))
    const right = Array.from({ length: 12 }, () => logIn(someone, password, address))
    expect((await Promise.all(wrong)).map((it) => it.status)).toEqual(Array(4).fill(401))
    expect((await Promise.all(right)).map((it) => it.status)).toEqual(Array(12).fill(200))
  })

  it('lets correct logins at once through at an account under attack', async () => {
    const [victim, home] = [await newUsername(), elsewhere()]
    await Promise.all(Array.from({ length: 60 }, () => logIn(victim, 'Wrong-horse-7', elsewhere())))
    const all = await Promise.all(Array.from({ length: 5 }, () => logIn(victim, password, home)))
    expect(all.map((it) => it.status)).toEqual(Array(5).fill(200))
  })

  it('counts unknown usernames like known ones', async () => {
    const guesses = async (username: string) => {
      const address = elsewhere()
      const tries = Array.from({ length: 30 }, () => logIn(username, 'Wrong-horse-7', address))
      return (await Promise.all(tries)).map((it) => it.status).sort()
    }
    expect(await guesses(signUp().username)).toEqual(await guesses(await newUsername()))
  })

  it('is no faster through the docs', async () => {
    await withDocs(async (docs) => {
      const [victim, address] = [await newUsername(), elsewhere()]
      for (let time = 0; time < 5; time += 1) {
        expect(await docs(victim, address, 'Wrong-horse-7')).toBe(401)
      }
      expect(await docs(victim, address)).toBe(429)
    })
  })

  it('of a logged-in user is limited too', async () => {
    const api = createClient(service.url).as({ token: await tokenOf(await newUsername()) })
    const guess = () =>
      api.put('/users/me/password', { currentPassword: 'Wrong-horse-7', newPassword: password })
    expect(await statuses(11, guess)).toEqual([...Array(10).fill(403), 429])
  })
})

describe('RATE_LIMIT_FACTOR', () => {
  it('multiplies every limit, and with 0 there is none and no header of one', async () => {
    const env = { ...service.env, REDIS_PREFIX: `${service.env.REDIS_PREFIX}-factor` }
    for (const [factor, policy] of [
      ['2.5', '"refreshToken";q=150;w=60'],
      ['0', null],
    ] as const) {
      const running = await startService({ ...env, RATE_LIMIT_FACTOR: factor })
      try {
        const { headers } = await from(elsewhere(), running.url)('POST', '/refresh', {})
        expect(headers.get('ratelimit-policy')).toBe(policy)
      } finally {
        await running.stop()
      }
    }
  })

  it('leaves public reads that are cached alone', async () => {
    const answer = await createClient(service.url).get(`/users/${await newUsername()}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('ratelimit')).toBeNull()
  })
})
