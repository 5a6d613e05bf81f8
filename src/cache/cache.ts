// Tagged values in Redis that are never stale: once a change has ended, no look-up that begins
// afterwards, in any process, finds a value from before it.
//
// A value is kept together with the versions that its tags had before it was loaded, and counts only
// while they are the same. A change marks its tags before the commit and takes them away after it:
// what is marked is neither found nor kept, what is gone gets another version from the next look-up. A
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
  /** A version that every value depends on: to take it away is to forget everything. */
  const epochKey = `${prefix}:cache:epoch`
  let serverRun = ''
  /** Whether this process has failed to drop something, so that what is kept may be stale. */
  let owing = false
  /** Changes whose marks may still be there, because their end did not reach Redis. */
  const unended: Invalidation[] = []
  const link = redisLink(config, { deadline, log, prepare, name: 'the cache' })

  /** What has to hold before Redis is used: nothing stale is left in it, and it takes writes. */
  async function prepare(redis: Redis) {
    const [info, epoch] = await Promise.all([redis.info('server'), redis.get(epochKey)])
    serverRun = /run_id:(\w+)/.exec(info)?.[1] ?? freshId()
    // Another run of the server may have come back with what it held before the last changes.
    if (owing || (epoch !== null && !epoch.startsWith(serverRun))) await forgetAll(redis)
    await redis.set(epochKey, newEpoch(), 'NX')
    await redis.set(`${prefix}:cache:alive`, '1', 'PX', markLifetime)
    await Promise.all(unended.splice(0).map(({ id, keys }) => releasing(redis, [...keys], id)))
  }

  const newEpoch = () => `${serverRun}.${freshId()}`

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

  /** Gives versions to the tags that have none, and reads all of them. */
  async function withVersions(redis: Redis, keys: string[], found: readonly (Buffer | null)[]) {
    const pipeline = redis.pipeline()
    keys.forEach((key, index) => {
      if (found[index] !== null) return
      if (key === epochKey) pipeline.set(key, newEpoch(), 'NX')
      else pipeline.set(key, freshId(), 'PX', versionLifetime, 'NX')
    })
    const results = await pipeline.mgetBuffer(keys).exec()
    for (const [error] of results ?? []) if (error) throw error
    return results?.at(-1)?.[1] as (Buffer | null)[]
  }

  /** Runs a step of an invalidation, and notes in it whether Redis took part. */
  async function tryFor(started: Invalidation, work: (redis: Redis) => Promise<unknown>) {
    const attempt = await link.attemptSurely(work)
    if (attempt !== null && 'value' in attempt) return
    started.isComplete = false
    started.isRefused ||= attempt?.error instanceof ReplyError
  }

  async function extend(started: Invalidation, tags: readonly string[]) {
    const keys = tags.map(tagKey)
    for (const key of keys) started.keys.add(key)
    await tryFor(started, (redis) => marking(redis, keys, started.id, markLifetime))
  }

  return {
    /**
     * Looks for the value of a name that depends on these tags: finds one that counts, the versions to
     * set a new one under, an invalidation under way, or no Redis.
     */
    async get(name: string, tags: readonly string[]) {
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
      const second = await link.attempt((redis) => withVersions(redis, keys, found))
      return second === null || 'error' in second ? notUsed(second) : judge(null, second.value)
    },

    /**
     * Sets a value under the versions that its look-up found, unless they have changed since.
     * @returns false where Redis kept that from happening.
     */
    async set({ name, tags, versions, value, seconds }: Entry): Promise<boolean> {
      if (owing) return false
      const keys = [epochKey, ...tags.map(tagKey)]
      const lifetime = Math.round(seconds * 1000)
      const entry = { keys, versions, entryKey: entryKey(name), value, lifetime }
      const attempt = await link.attempt((redis) => keeping(redis, entry))
      return attempt !== null && 'value' in attempt
    },

    /**
     * Starts an invalidation of everything that depends on these tags; to be awaited before the commit.
     * The write goes on without Redis: what could not be dropped is forgotten before Redis is used again.
     */
    async startInvalidation(tags: readonly string[]): Promise<Invalidation> {
      const started = {
        id: freshId(),
        keys: new Set<string>(),
        isComplete: true,
        isRefused: false,
      }
      await extend(started, tags)
      return started
    },

    /** Invalidates more tags; to be awaited before the commit. */
    extendInvalidation: extend,

    /**
     * Drops what depends on the tags; to be awaited after the commit, before the client is answered.
     * @returns false where Redis kept that from happening.
     */
    async finishInvalidation(started: Invalidation): Promise<boolean> {
      await tryFor(started, (redis) => releasing(redis, [...started.keys], started.id))
      if (started.isComplete) return true
      owing = true
      if (unended.length < maxUnended) unended.push(started)
      // A Redis that answers, but takes no more data, can still forget.
      await (started.isRefused ? link.insist(forgetAll) : link.attemptSurely(forgetAll))
      return !owing
    },

    /** Resolves when it is known whether Redis can be used; soon, and whatever comes of it. */
    settled: link.settled,

    /** Gives the connection back. */
    close: link.close,
  }
}

/** A value to keep, and what it depends on. */
interface Entry {
  readonly name: string
  readonly tags: readonly string[]
  readonly versions: string
  readonly value: Buffer
  readonly seconds: number
}

interface Invalidation {
  readonly id: string
  readonly keys: Set<string>
  /** Whether every step of it reached Redis. */
  isComplete: boolean
  /** Whether Redis has refused a step. */
  isRefused: boolean
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

/** An entry counts if it begins with the very versions that its tags have now. */
function judge(entry: Buffer | null, found: readonly (Buffer | null)[]) {
  let versions = ''
  for (const version of found) {
    // A key of another type reads as nothing, and cannot be given a version either.
    if (version === null) return { state: 'marked' } as const
    const text = version.toString('latin1')
    if (text.startsWith('!')) return { state: 'marked' } as const
    versions += `${text} `
  }
  const isCurrent = entry?.toString('latin1', 0, versions.length) === versions
  if (!isCurrent) return { state: 'miss', versions } as const
  return { state: 'hit', value: entry.subarray(versions.length) } as const
}

const thisProcess = randomBytes(9).toString('base64url')
let made = 0

/** Returns an id that no process has made before; a random one each time would be slower. */
function freshId(): string {
  made += 1
  return `${thisProcess}${made.toString(36)}`
}
