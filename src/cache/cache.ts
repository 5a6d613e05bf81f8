// Tagged values in Redis that are never stale: once a write has been answered, no lookup that starts later, in
// any process, finds a value from before it.
//
// A value is stored with the versions that its tags had before it was loaded, and is valid only while they are
// the same. A write marks its tags before the commit and drops marks and versions after it. A marked value is
// neither found nor set, and a dropped tag gets another version from the next lookup. The marks of a process
// that dies expire.
import { randomBytes } from 'node:crypto'
import { type Redis, ReplyError } from 'ioredis'
import type { Logger } from '../lib/log.ts'
import { type RedisConfig, redisLink } from './redis.ts'
import { markKeys, setEntry, unmarkKeys } from './scripts.ts'

/** How long a write may take before its marks expire, in milliseconds. */
const markLifetime = 15_000
/**
 * When the marks of a write with an unknown outcome expire, in milliseconds: later than PostgreSQL can still
 * receive and carry out its COMMIT, which the limits of transactions and statements bound.
 */
const abandonedLifetime = 60_000

export interface CacheConfig extends RedisConfig {
  /** The start of each key, so that several services can share a server. */
  readonly prefix: string
  /** How long one attempt may take, in milliseconds. */
  readonly deadline: number
}

/** Creates the cache. It connects in the background, and is used whenever Redis works. */
export function createCache({ prefix, deadline, ...config }: CacheConfig, log: Logger) {
  const entryKey = (name: string) => `${prefix}:cache:entry:${name}`
  const tagKey = (name: string) => `${prefix}:cache:tag:${name}`
  /** A version that every value depends on: to drop it is to drop everything. */
  const epochKey = `${prefix}:cache:epoch`
  let serverRun = ''
  /** Whether this process has failed to drop a value, so that Redis may hold stale ones. */
  let mayBeStale = false
  /** Finished invalidations whose marks may still be in Redis, because their end did not reach it. */
  const unfinished: Invalidation[] = []
  const link = redisLink(config, { deadline, log, prepare, name: 'the cache' })

  /** Checks that Redis takes writes, and drops everything if it may hold stale values. */
  async function prepare(redis: Redis) {
    const [info, epoch] = await Promise.all([redis.info('server'), redis.get(epochKey)])
    serverRun = /run_id:(\w+)/.exec(info)?.[1] ?? freshId()
    // A restarted server may have loaded values from before the last writes.
    if (mayBeStale || (epoch !== null && !epoch.startsWith(serverRun))) await dropAll(redis)
    await redis.set(epochKey, newEpoch(), 'NX')
    await redis.set(`${prefix}:cache:alive`, '1', 'PX', markLifetime)
    await Promise.all(unfinished.splice(0).map(({ id, keys }) => unmarkKeys(redis, [...keys], id)))
  }

  const newEpoch = () => `${serverRun}.${freshId()}`

  /** Also works if Redis is out of memory. */
  async function dropAll(redis: Redis) {
    mayBeStale = false
    try {
      await redis.del(epochKey)
    } catch (error) {
      mayBeStale = true
      throw error
    }
  }

  /** Gives versions to the tags that have none, and returns all versions. */
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

  /** Runs a step of an invalidation, and records in it whether that reached Redis. */
  async function tryFor(started: Invalidation, work: (redis: Redis) => Promise<unknown>) {
    const attempt = await link.attemptAfterCheck(work)
    if (attempt !== null && 'value' in attempt) return
    started.isComplete = false
    started.hasErrorReply ||= attempt?.error instanceof ReplyError
  }

  async function extend(started: Invalidation, tags: readonly string[]) {
    const keys = tags.map(tagKey)
    for (const key of keys) started.keys.add(key)
    await tryFor(started, (redis) => markKeys(redis, keys, started.id, markLifetime))
  }

  /** Drops everything, now or before Redis is used again. Returns whether it has. */
  async function dropAfterFailure({ hasErrorReply }: Invalidation): Promise<boolean> {
    mayBeStale = true
    // A Redis that rejects data can still delete.
    await (hasErrorReply ? link.attemptAnyway(dropAll) : link.attemptAfterCheck(dropAll))
    return !mayBeStale
  }

  return {
    /**
     * Looks up the value of a name that depends on these tags. Returns a valid value, the versions to set a
     * new one under, that an invalidation is in progress, or that Redis is not in use.
     */
    async get(name: string, tags: readonly string[]) {
      if (mayBeStale) return { state: 'unused', failed: false } as const
      const keys = [epochKey]
      for (const tag of tags) keys.push(tagKey(tag))
      keys.push(entryKey(name))
      const attempt = await link.attempt((redis) => redis.mgetBuffer(keys))
      if (attempt === null || 'error' in attempt) return notUsed(attempt)
      const found = attempt.value
      const entry = found.pop() ?? null
      keys.pop()
      if (!found.includes(null)) return compare(entry, found)
      const second = await link.attempt((redis) => withVersions(redis, keys, found))
      return second === null || 'error' in second ? notUsed(second) : compare(null, second.value)
    },

    /**
     * Sets a value under the versions that its lookup returned, unless they have changed since.
     * Returns false if Redis failed.
     */
    async set({ name, tags, versions, value, seconds }: Entry): Promise<boolean> {
      if (mayBeStale) return false
      const keys = [epochKey, ...tags.map(tagKey)]
      const lifetime = Math.round(seconds * 1000)
      const entry = { keys, versions, entryKey: entryKey(name), value, lifetime }
      const attempt = await link.attempt((redis) => setEntry(redis, entry))
      return attempt !== null && 'value' in attempt
    },

    /**
     * Starts an invalidation of all values that depend on these tags; await it before the commit. A write
     * continues without Redis. Everything is then dropped before Redis is used again.
     */
    async startInvalidation(tags: readonly string[]): Promise<Invalidation> {
      const started = {
        id: freshId(),
        keys: new Set<string>(),
        isComplete: true,
        hasErrorReply: false,
      }
      await extend(started, tags)
      return started
    },

    /** Adds tags to an invalidation; await it before the commit. */
    extendInvalidation: extend,

    /**
     * Drops the values that depend on the tags; await it after the commit and before the response.
     * Returns false if Redis failed.
     */
    async finishInvalidation(started: Invalidation): Promise<boolean> {
      await tryFor(started, (redis) => unmarkKeys(redis, [...started.keys], started.id))
      if (started.isComplete) return true
      if (unfinished.length < maxUnfinished) unfinished.push(started)
      return dropAfterFailure(started)
    },

    /** Leaves the marks to expire, because the write may still be committed. Returns false if Redis failed. */
    async abandonInvalidation(started: Invalidation): Promise<boolean> {
      const keys = [...started.keys]
      await tryFor(started, (redis) => markKeys(redis, keys, started.id, abandonedLifetime))
      return started.isComplete || dropAfterFailure(started)
    },

    /** Drops everything. Returns false if Redis failed. */
    async clear(): Promise<boolean> {
      const attempt = await link.attempt(dropAll)
      return attempt !== null && 'value' in attempt
    },

    /** Resolves when it is known whether Redis can be used, or after half a second. */
    settled: link.settled,

    /** Closes the connection. */
    close: link.close,
  }
}

/** A value to set, and what it depends on. */
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
  /** Whether all its steps have reached Redis. */
  isComplete: boolean
  /** Whether Redis answered a step with an error. */
  hasErrorReply: boolean
}

/** Marks of further invalidations expire. */
const maxUnfinished = 1000

/**
 * How long a version lives before a value is set under it, in milliseconds. Setting a value prolongs it. So a
 * lookup of something that does not exist leaves nothing behind, and a value that loads longer is not set.
 */
const versionLifetime = 10_000

function notUsed(attempt: object | null) {
  return { state: 'unused', failed: attempt !== null } as const
}

/** Compares the versions at the start of an entry with those that its tags have now. */
function compare(entry: Buffer | null, found: readonly (Buffer | null)[]) {
  let versions = ''
  for (const version of found) {
    // A key of another type has no value, and cannot be given a version.
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
let count = 0

/** Returns an id that is unique over all processes. A random one each time would be slower. */
function freshId(): string {
  count += 1
  return `${thisProcess}${count.toString(36)}`
}
