// Tagged values in Redis that are never stale: once a change has ended, no look-up that begins
// afterwards, in any process, finds a value from before it.
//
// A value is kept together with the tokens that its tags had before it was loaded, and counts only
// while they are the same. A change marks its tags before the commit and takes them away after it:
// what is marked is neither found nor kept, what is gone gets another token from the next look-up. A
// mark that nobody takes away, because the process died, ends by itself.
import { randomBytes } from 'node:crypto'
import { type Redis, ReplyError } from 'ioredis'
import type { Logger } from '../lib/log.ts'
import { type RedisConfig, redisLink } from './redis.ts'
import { keeping, marking, releasing } from './scripts.ts'

/** For how long a change may take before its marks end by themselves, in milliseconds. */
const markLifetime = 15_000

export interface CacheConfig extends RedisConfig {
  /** Stands before each key, so that several services may share a server. */
  readonly prefix: string
  /** For how long one attempt at Redis may take, in milliseconds. */
  readonly deadline: number
}

/** Opens the cache; it comes into use when Redis does, and goes out of it when Redis fails. */
export function createCache({ prefix, deadline, ...config }: CacheConfig, log: Logger) {
  const entryKey = (name: string) => `${prefix}:cache:entry:${name}`
  const tagKey = (name: string) => `${prefix}:cache:tag:${name}`
  /** A token that every value depends on: to take it away is to forget everything. */
  const epochKey = `${prefix}:cache:epoch`
  let serverRun = ''
  /** Whether this process has failed to drop something, so that what is kept may be stale. */
  let owing = false
  /** Changes whose marks may still be there, because their end did not reach Redis. */
  const unended: Change[] = []
  const link = redisLink(config, { deadline, log, prepare, name: 'the cache' })

  /** What has to hold before Redis is used: nothing stale is left in it, and it takes writes. */
  async function prepare(redis: Redis) {
    const [info, epoch] = await Promise.all([redis.info('server'), redis.get(epochKey)])
    serverRun = /run_id:(\w+)/.exec(info)?.[1] ?? freshToken()
    // Another run of the server may have come back with what it held before the last changes.
    if (owing || (epoch !== null && !epoch.startsWith(serverRun))) await forgetAll(redis)
    await redis.set(epochKey, newEpoch(), 'NX')
    await redis.set(`${prefix}:cache:alive`, '1', 'PX', markLifetime)
    await Promise.all(unended.splice(0).map(({ id, keys }) => releasing(redis, [...keys], id)))
  }

  const newEpoch = () => `${serverRun}.${freshToken()}`

  /** Works where Redis is out of memory, too. */
  async function forgetAll(redis: Redis) {
    owing = false
    try {
      await redis.del(epochKey)
    } catch (error) {
      owing = true
      throw error
    }
  }

  /** Gives tokens to the tags that have none, and reads all of them. */
  async function withTokens(redis: Redis, keys: string[], found: readonly (Buffer | null)[]) {
    const pipeline = redis.pipeline()
    keys.forEach((key, index) => {
      if (found[index] !== null) return
      if (key === epochKey) pipeline.set(key, newEpoch(), 'NX')
      else pipeline.set(key, freshToken(), 'PX', versionLifetime, 'NX')
    })
    const results = await pipeline.mgetBuffer(keys).exec()
    for (const [error] of results ?? []) if (error) throw error
    return results?.at(-1)?.[1] as (Buffer | null)[]
  }

  return {
    /**
     * Looks for the value of a name that depends on these tags: finds one that counts, the tokens to
     * keep a new one under, a change going on, or no Redis.
     */
    async look(name: string, tags: readonly string[]) {
      if (owing) return { state: 'unused', failed: false } as const
      const keys = [epochKey]
      for (const tag of tags) keys.push(tagKey(tag))
      keys.push(entryKey(name))
      const attempt = await link.attempt((redis) => redis.mgetBuffer(keys))
      if (attempt === null || 'error' in attempt) return notUsed(attempt)
      const found = attempt.value
      const entry = found.pop() ?? null
      keys.pop()
      if (!found.includes(null)) return judge(entry, found)
      const second = await link.attempt((redis) => withTokens(redis, keys, found))
      return second === null || 'error' in second ? notUsed(second) : judge(null, second.value)
    },

    /**
     * Keeps a value under the tokens that its look-up found, unless they have changed since.
     * @returns false where Redis kept that from happening.
     */
    async keep({ name, tags, tokens, value, seconds }: Kept): Promise<boolean> {
      if (owing) return false
      const keys = [epochKey, ...tags.map(tagKey)]
      const lifetime = Math.round(seconds * 1000)
      const entry = { keys, versions: tokens, entryKey: entryKey(name), value, lifetime }
      const attempt = await link.attempt((redis) => keeping(redis, entry))
      return attempt !== null && 'value' in attempt
    },

    /**
     * Begins a change of everything that depends on these tags; to be awaited before the commit. The
     * change goes on without Redis, and what could not be dropped then is forgotten before Redis is
     * used again.
     */
    async begin(tags: readonly string[]) {
      const change: Change = { id: freshToken(), keys: new Set() }
      let complete = true
      let refused = false

      const tryTo = async (work: (redis: Redis) => Promise<unknown>) => {
        const attempt = await link.attemptSurely(work)
        if (attempt !== null && 'value' in attempt) return
        complete = false
        refused ||= attempt?.error instanceof ReplyError
      }
      const add = (more: readonly string[]) => {
        const keys = more.map(tagKey)
        for (const key of keys) change.keys.add(key)
        return tryTo((redis) => marking(redis, keys, change.id, markLifetime))
      }
      await add(tags)
      return {
        /** Marks more tags; to be awaited before the commit. */
        add,

        /**
         * Drops what depends on the tags; to be awaited after the commit, before anybody is told.
         * @returns false where Redis kept that from happening.
         */
        async end(): Promise<boolean> {
          await tryTo((redis) => releasing(redis, [...change.keys], change.id))
          if (complete) return true
          owing = true
          if (unended.length < maxUnended) unended.push(change)
          // A Redis that answers, but takes no more data, can still forget.
          await (refused ? link.insist(forgetAll) : link.attemptSurely(forgetAll))
          return !owing
        },
      }
    },

    /** Resolves when it is known whether Redis can be used; soon, and whatever comes of it. */
    settled: link.settled,

    /** Gives the connection back. */
    close: link.close,
  }
}

/** A value to keep, and what it depends on. */
interface Kept {
  readonly name: string
  readonly tags: readonly string[]
  readonly tokens: string
  readonly value: Buffer
  readonly seconds: number
}

interface Change {
  readonly id: string
  readonly keys: Set<string>
}

/** Beyond this many, marks end by themselves. */
const maxUnended = 1000

/**
 * For how many milliseconds a tag has a version before anything is kept under it. Keeping a value
 * prolongs it, so what does not exist leaves nothing behind for longer, and a value that took longer
 * to load is not kept.
 */
const versionLifetime = 10_000

function notUsed(attempt: object | null) {
  return { state: 'unused', failed: attempt !== null } as const
}

/** An entry counts if it begins with the very tokens that its tags have now. */
function judge(entry: Buffer | null, found: readonly (Buffer | null)[]) {
  let tokens = ''
  for (const token of found) {
    // A key of another type reads as nothing, and cannot be given a token either.
    if (token === null) return { state: 'marked' } as const
    const text = token.toString('latin1')
    if (text.startsWith('!')) return { state: 'marked' } as const
    tokens += `${text} `
  }
  const isCurrent = entry?.toString('latin1', 0, tokens.length) === tokens
  if (!isCurrent) return { state: 'miss', tokens } as const
  return { state: 'hit', value: entry.subarray(tokens.length) } as const
}

const thisProcess = randomBytes(9).toString('base64url')
let made = 0

/** A token that no process has made before; a random one each time was 10 µs of a write. */
function freshToken(): string {
  made += 1
  return `${thisProcess}${made.toString(36)}`
}
