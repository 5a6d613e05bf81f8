// Passwords through bcrypt. Hashing occupies the threads that all of the process shares, so only a
// bounded number runs at once; the others wait their turn, and not for longer than anybody waits.
import bcrypt from 'bcrypt'
import pLimit from 'p-limit'
import { unavailable } from '../engine/errors.ts'
import { normalizePassword } from '../lib/text.ts'

/** Half of libuv's four threads: the rest stays free for files, DNS and other cryptography. */
const concurrency = 2
/** About five seconds of work at a cost of 10. */
const maxWaiting = 200
/** Where bcrypt stops reading. */
const maxBytes = 72

/** Both throw a refusal unavailable while too many others wait. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** Whether the password fits the hash; without a hash the same work is done for a plain no. */
  verify(password: string, hash: string | undefined): Promise<boolean>
}

/** Passwords at a cost: each step doubles the work; 10 is about 50 ms on a server of today. */
export function bcryptPasswords(cost: number): Passwords {
  const limit = pLimit(concurrency)
  // The hash of nothing that anyone can send: what an unknown user's password is compared with.
  const nobody = limit(() => bcrypt.hash('\0', cost))
  nobody.catch(() => {})
  async function turn<T>(work: () => Promise<T>): Promise<T> {
    if (limit.pendingCount >= maxWaiting)
      throw unavailable('Too many passwords wait to be checked.')
    return limit(work)
  }
  return {
    hash: (password) => turn(() => bcrypt.hash(normalizePassword(password), cost)),
    verify: async (password, hash) => {
      const subject = hash ?? (await nobody)
      // As it was sent, too: hashes from before passwords were normalized are of that.
      for (const form of new Set([normalizePassword(password), password])) {
        const fits = await turn(() => bcrypt.compare(form, subject))
        if (fits && hash !== undefined && Buffer.byteLength(form) <= maxBytes) return true
      }
      return false
    },
  }
}
