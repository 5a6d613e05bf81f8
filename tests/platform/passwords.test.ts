// Passwords under load: hashing is the dearest thing that a stranger can ask for.
import { expect, it } from 'vitest'
import { bcryptPasswords } from '../../src/security/passwords.ts'

it('refuses more work than it gets done in seconds, and goes on when that is done', async () => {
  const passwords = bcryptPasswords(4)
  const hash = await passwords.hash('Correct-horse-7')
  const asked = Array.from({ length: 250 }, () => passwords.verify('Wrong-horse-7', hash))
  const outcomes = await Promise.allSettled(asked)
  const refused = outcomes.filter((it) => it.status === 'rejected')
  expect(refused.length).toBeGreaterThan(40)
  for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'unavailable' })
  expect(await passwords.verify('Correct-horse-7', hash)).toBe(true)
})
