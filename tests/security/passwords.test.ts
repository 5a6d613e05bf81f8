// Hashing is the most expensive work that an anonymous client can cause.
import { expect, it } from 'vitest'
import { bcryptPasswords } from '../../src/security/passwords.ts'

it('rejects checks beyond a few seconds of work, and accepts new ones when that work is done', async () => {
  const passwords = bcryptPasswords(4)
  const hash = await passwords.hash('Correct-horse-7')
  const checks = Array.from({ length: 250 }, () => passwords.verify('Wrong-horse-7', hash))
  const outcomes = await Promise.allSettled(checks)
  const rejected = outcomes.filter((it) => it.status === 'rejected')
  expect(rejected.length).toBeGreaterThan(40)
  for (const { reason } of rejected) expect(reason).toMatchObject({ kind: 'unavailable' })
  expect(await passwords.verify('Correct-horse-7', hash)).toBe(true)
})

it('does not start a check for a client that has gone while it waited', async () => {
  const passwords = bcryptPasswords(4)
  const hash = await passwords.hash('Correct-horse-7')
  const client = new AbortController()
  const first = Array.from({ length: 20 }, () => passwords.verify('Correct-horse-7', hash))
  const left = passwords.verify('Correct-horse-7', hash, client.signal)
  client.abort()
  await expect(left).rejects.toMatchObject({ kind: 'unavailable' })
  expect(await Promise.all(first)).toEqual(Array(20).fill(true))
})
