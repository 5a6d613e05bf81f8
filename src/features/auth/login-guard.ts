// Guessing passwords, made slow: by what has failed for an account from one address, from one address
// at all accounts, and at an account from everywhere. No account is ever closed: while many addresses
// fail at one, each of them gets a single try, and so does its owner from an address of their own.
import { createHash } from 'node:crypto'
import { rateLimited } from '../../errors.ts'
import type { RateLimits } from '../../platform/rate-limits.ts'

const minutes = 60
const hour = 60 * minutes

/** Lets a try through, or throws a refusal rate_limited. */
export type LoginGuard = (login: string, address: string) => Promise<Try>

/** Counts as failed until it is said to be something else. */
interface Try {
  succeeded(): Promise<unknown>
  /** It came to nothing for a reason of ours. */
  undone(): Promise<unknown>
}

export function loginGuard(limits: RateLimits): LoginGuard {
  const pair = limits.quota('login-pair', { limit: 5, window: 15 * minutes })
  const pairUnderAttack = limits.quota('login-pair-attacked', { limit: 1, window: 15 * minutes })
  const address = limits.quota('login-address', { limit: 50, window: hour })
  const account = limits.quota('login-account', { limit: 50, window: hour })

  return async (login, from) => {
    // Names and addresses of any length and alphabet make keys of one sort.
    const name = createHash('sha256').update(login.toLowerCase()).digest('base64url')
    const isAttacked = (await account?.isSpent(name)) ?? false
    const tries = isAttacked ? pairUnderAttack : pair
    const key = `${name}:${from}`
    const spent = await Promise.all([tries?.spend(key), address?.spend(from)])
    const waits = spent.map((it) => (it?.isOver ? it.resetIn : 0))
    if (Math.max(...waits) > 0) throw rateLimited(Math.max(...waits))
    await account?.spend(name)
    const undo = [() => address?.refund(from), () => account?.refund(name)]
    const all = (works: readonly (() => unknown)[]) => Promise.all(works.map((it) => it()))
    return {
      succeeded: () => all([...undo, () => pair?.renew(key), () => pairUnderAttack?.renew(key)]),
      undone: () => all([...undo, () => tries?.refund(key)]),
    }
  }
}
