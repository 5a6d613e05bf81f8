// Refreshes during a rotation of the signing key. Successors of refresh tokens are derived from that key,
// and some processes may have the new key before others.
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { person } from '../support/builders.ts'
import { createClient } from '../support/client.ts'
import { startService, useService } from '../support/service.ts'

const [old, fresh] = ['o'.repeat(40), 'f'.repeat(40)]
let now = new Date()
const clock = () => now
const service = useService({ env: { SECRET_KEY: old }, clock })
const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000)
}

/** Runs `work` with the origin of a process with other keys. */
async function withKeys(keys: Record<string, string>, work: (url: string) => Promise<void>) {
  const { SECRET_KEY: _, ...env } = service.env
  const other = await startService({ ...env, ...keys }, { clock })
  await work(other.url).finally(other.stop)
}
const refresh = (url: string, token: string) =>
  createClient(url).post('/refresh', { refresh_token: token })

describe('a repeated refresh', () => {
  it('returns the same token after the rotation', async () => {
    const { refreshToken } = await person(service)
    const first = await refresh(service.url, refreshToken)
    await withKeys({ SECRET_KEY: fresh, SECRET_KEY_PREVIOUS: old }, async (url) => {
      const repeat = await refresh(url, refreshToken)
      expect([repeat.status, repeat.body.refresh_token]).toEqual([200, first.body.refresh_token])
      const next = await refresh(url, repeat.body.refresh_token)
      expect(next.status).toBe(200)
      // Follows the successors across both keys.
      const slow = await refresh(url, refreshToken)
      expect(slow.body.refresh_token).toBe(next.body.refresh_token)
    })
  })

  it.each([
    ['that a process with the new key alone cannot derive', old, fresh],
    ['that a process without the new key cannot derive', fresh, old],
  ])('returns another token %s, and the session continues', async (_, before, after) => {
    const { refreshToken } = await person(service)
    await withKeys({ SECRET_KEY: before }, async (one) => {
      const first = await refresh(one, refreshToken)
      await withKeys({ SECRET_KEY: after }, async (other) => {
        const repeats = [await refresh(other, refreshToken), await refresh(other, refreshToken)]
        expect(repeats.map((it) => it.status)).toEqual([200, 200])
        const [token] = repeats.map((it) => it.body.refresh_token)
        expect(repeats[1]?.body.refresh_token).toBe(token)
        expect(token).not.toBe(first.body.refresh_token)
        later(1800)
        expect((await refresh(other, token)).status).toBe(200)
        later(1800)
        // The other token has not been used; using it now looks like theft.
        expect((await refresh(one, first.body.refresh_token)).status).toBe(401)
        expect((await refresh(other, token)).status).toBe(401)
      })
    })
  })

  it.each([
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['PS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey],
  ])('returns the same token with %s', async (ALGORITHM, key) => {
    const { refreshToken } = await person(service)
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
    const keys = { ALGORITHM, SECRET_KEY: pem }
    const answers: string[] = []
    for (let time = 0; time < 2; time += 1) {
      await withKeys(keys, async (url) => {
        const { status, body } = await refresh(url, refreshToken)
        expect(status).toBe(200)
        answers.push(body.refresh_token)
      })
    }
    expect(answers[0]).toBe(answers[1])
  })
})
