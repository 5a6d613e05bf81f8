// Answers from the cache: finished responses, kept under what was asked and dropped by what writes
// say. How versions and marks make this safe is the store's affair; which answers may be shared and
// which requests may wait for each other is decided here.
import {
  type Cached,
  type CacheRequest,
  droppedTags,
  entryKey,
  entryTags,
  readOf,
  type Target,
  tagsOfReads,
  targetTags,
} from '../cache-keys.ts'
import type { Operation } from '../operation.ts'
import { decode, encode, type SerializedResponse } from '../serialized-response.ts'
import type { Values } from './parameters.ts'

/** What the store found: an entry that counts, the versions to set a new one under, or neither. */
type Found =
  | { readonly state: 'hit'; readonly value: Buffer }
  | { readonly state: 'miss'; readonly versions: string }
  /** A write is changing something that this response depends on. */
  | { readonly state: 'marked' }
  | { readonly state: 'unused'; readonly failed: boolean }

/** An invalidation as a write sees it. */
export interface Write {
  /** Drops more, known only now: to be awaited before the commit. */
  add(id: string, target: Target): Promise<void>
  /** To be awaited after the commit, before the write is answered. */
  end(): Promise<void>
}

/** Tagged values with the promise of `cache/cache.ts`. */
export interface CacheStore<Invalidation = unknown> {
  get(name: string, tags: readonly string[]): Promise<Found>
  /** Sets a value under the versions that its look-up found, unless they have changed since. */
  set(entry: {
    readonly name: string
    readonly tags: readonly string[]
    readonly versions: string
    readonly value: Buffer
    readonly seconds: number
  }): Promise<boolean>
  /** Marks these tags; to be awaited before the commit. */
  startInvalidation(tags: readonly string[]): Promise<Invalidation>
  /** Marks more tags; to be awaited before the commit. */
  extendInvalidation(started: Invalidation, tags: readonly string[]): Promise<void>
  /**
   * Drops what depends on the tags; to be awaited after the commit, before the write is answered.
   * Resolves to false where the store could not be reached.
   */
  finishInvalidation(started: Invalidation): Promise<boolean>
}

/** How the cache took part in an answer, in the words of RFC 9211. */
export type CacheStatus =
  | 'hit'
  | 'fwd=uri-miss; stored'
  | 'fwd=uri-miss; collapsed'
  | 'fwd=uri-miss'
  | 'fwd=bypass'

export interface Counters {
  hits: number
  misses: number
  fills: number
  /** For a read how often a write dropped some of it, for a write how often it dropped anything. */
  invalidations: number
  errors: number
}

export type ResponseCache = ReturnType<typeof responseCache>

/** The cache of these operations over a store. */
export function responseCache<Invalidation>(
  store: CacheStore<Invalidation>,
  operations: Readonly<Record<string, Operation>>,
) {
  const flights = new Map<string, Promise<SerializedResponse>>()
  const counters = new Map(Object.keys(operations).map((id) => [id, noCounts()]))
  const count = (id: string, what: keyof Counters) => {
    const counts = counters.get(id)
    if (counts) counts[what]++
  }

  /** Begins a change of these tags, which is counted for these operations. */
  async function change(tags: readonly string[], operationIds: readonly string[]): Promise<Write> {
    const started = await store.startInvalidation(tags)
    const ids = new Set(operationIds)
    return {
      async add(id, target) {
        ids.add(id)
        await store.extendInvalidation(started, targetTags(readOf(operations, id), target))
      },
      async end() {
        const done = await store.finishInvalidation(started)
        for (const id of ids) count(id, done ? 'invalidations' : 'errors')
      },
    }
  }

  async function keep(operation: Cached, entry: Omit<Parameters<CacheStore['set']>[0], 'seconds'>) {
    const seconds = operation.cache.ttl * (0.9 + 0.2 * Math.random())
    const kept = await store.set({ ...entry, seconds })
    count(operation.operationId, kept ? 'fills' : 'errors')
  }

  return {
    /**
     * The answer that is kept, or else the one that `fill` makes of the parts of its key; a 200 is kept
     * from then on. Those who ask the same while it is made wait for it, unless something was written
     * in between.
     */
    async respond(
      operation: Cached,
      request: CacheRequest,
      fill: (request: CacheRequest) => Promise<SerializedResponse>,
    ): Promise<{ finished: SerializedResponse; cacheStatus: CacheStatus }> {
      const { operationId: id } = operation
      const key = entryKey(operation, request)
      const tags = entryTags(operation, request)
      const found = await store.get(key, tags)
      if (found.state === 'hit') {
        count(id, 'hits')
        return { finished: decode(found.value), cacheStatus: 'hit' }
      }
      if (found.state === 'unused') {
        if (found.failed) count(id, 'errors')
        return { finished: await fill(request), cacheStatus: 'fwd=bypass' }
      }
      count(id, 'misses')
      if (found.state === 'marked')
        return { finished: await fill(request), cacheStatus: 'fwd=uri-miss' }
      const flight = `${key} ${found.versions}`
      const begun = flights.get(flight)
      if (begun) return { finished: await begun, cacheStatus: 'fwd=uri-miss; collapsed' }
      const loading = fill(request)
      flights.set(flight, loading)
      try {
        const finished = await loading
        if (finished.status !== 200) return { finished, cacheStatus: 'fwd=uri-miss' }
        const value = encode(finished)
        if (value.length > maxEntryBytes) return { finished, cacheStatus: 'fwd=uri-miss' }
        // Nobody waits for the store: the next look-up of this process comes after it.
        void keep(operation, { name: key, tags, versions: found.versions, value })
        return { finished, cacheStatus: 'fwd=uri-miss; stored' }
      } finally {
        flights.delete(flight)
      }
    },

    /** Marks what an operation invalidates; null where that is nothing. */
    async begin(operation: Operation, target: Target): Promise<Write | null> {
      const tags = droppedTags(operations, operation, target)
      const ids = [operation.operationId, ...Object.keys(operation.invalidates ?? {})]
      return tags.length === 0 ? null : change(tags, ids)
    },

    /** Runs a write outside of any request, and drops what it changes of these reads around its commit. */
    async changing<T>(
      reads: readonly string[],
      values: Readonly<Values>,
      write: () => Promise<T>,
    ): Promise<T> {
      if (reads.length === 0) return write()
      const begun = await change(tagsOfReads(operations, reads, { values }), reads)
      try {
        return await write()
      } finally {
        await begun.end()
      }
    },

    /** Drops some of one operation's answers outside of any request. */
    async drop(read: Operation, target: Target): Promise<void> {
      const { operationId: id } = read
      const dropping = await change(targetTags(read, target), [id])
      await dropping.end()
    },

    /** What has happened in this process so far, by operationId. */
    counters: (): ReadonlyMap<string, Readonly<Counters>> => counters,
  }
}

/** What is larger is answered and not kept, so that one list cannot fill Redis. */
const maxEntryBytes = 262_144

function noCounts(): Counters {
  return { hits: 0, misses: 0, fills: 0, invalidations: 0, errors: 0 }
}
