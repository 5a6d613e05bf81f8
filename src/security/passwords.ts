// Passwords through bcrypt. Hashing occupies the thread pool of the process, so only a few run at once;
// the others queue, up to a few seconds of work.
import bcrypt from 'bcrypt'
import pLimit from 'p-limit'
import { clientGone, unavailable } from '../engine/errors.ts'
import { normalizePassword } from '../lib/text.ts'

/** Half of libuv's four threads: the others stay free for files, DNS and other cryptography. */
const concurrency = 2
/** About five seconds of work at a cost of 10. */
const maxWaiting = 200
/** bcrypt ignores what follows. */
const maxBytes = 72

/**
 * Both functions throw ApiError unavailable while too many calls wait, and instead of starting work for a
 * client whose signal has aborted.
 */
export interface Passwords {
  hash(password: string, signal?: AbortSignal): Promise<string>
  /** Compares a password with a hash. Without a hash it does the same work and returns false. */
  verify(password: string, hash: string | undefined, signal?: AbortSignal): Promise<boolean>
}

/** @param cost each step doubles the work; a hash at 10 takes about 50 ms. */
export function bcryptPasswords(cost: number): Passwords {
  const limit = pLimit(concurrency)
  // For unknown users: the hash of a text that no client can send.
  const unknownHash = limit(() => bcrypt.hash('\0', cost))
  unknownHash.catch(() => {}) // `verify` throws it.

  async function enqueue<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (limit.pendingCount >= maxWaiting)
      throw unavailable('Too many passwords wait to be checked.')
    return limit(() => {
      if (signal?.aborted) throw clientGone()
      return work()
    })
  }

  return {
    hash: (password, signal) =>
      enqueue(() => bcrypt.hash(normalizePassword(password), cost), signal),
    verify: async (password, hash, signal) => {
      const comparedHash = hash ?? (await unknownHash)
      // Hashes from before passwords were normalized fit the password as it was sent.
      for (const form of new Set([normalizePassword(password), password])) {
        const fits = await enqueue(() => bcrypt.compare(form, comparedHash), signal)
        if (fits && hash !== undefined && Buffer.byteLength(form) <= maxBytes) return true
      }
      return false
    },
  }
}
