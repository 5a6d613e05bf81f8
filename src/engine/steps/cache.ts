// Responses from the cache: serialized, kept under what was sent, and dropped by what writes name. How
// versions and marks make this safe is the store's affair; which responses callers share, and which
// requests may wait for each other, is decided here.
import {
  type Cached,
  type CacheRequest,
  droppedTags,
  entryKey,
  entryTags,
  isCached,
  readOf,
  type Target,
  tagsOfReads,
  targetTags,
} from '../cache-keys.ts'
import type { Operation } from '../operation.ts'
import { decode, encode, type SerializedResponse } from '../response.ts'
import type { Values } from './parameters.ts'

/** What the store found: an entry that counts, the versions to set a new one under, or neither. */
type Found =
  | { readonly state: 'hit'; readonly value: Buffer }
  | { readonly state: 'miss'; readonly versions: string }
  /** A write is changing something that this response depends on. */
  | { readonly state: 'marked' }
  | { readonly state: 'unused'; readonly failed: boolean }

/** Keeps tagged values, with the promise of `cache/cache.ts`. */
export interface CacheStore<Invalidation = unknown> {
  get(name: string, tags: readonly string[]): Promise<Found>
  /** Sets a value under the versions that its look-up found, unless they have changed since. */
  set(entry: Entry): Promise<boolean>
  /** Marks these tags; to be awaited before the commit. */
  startInvalidation(tags: readonly string[]): Promise<Invalidation>
  /** Marks more tags; to be awaited before the commit. */
  extendInvalidation(started: Invalidation, tags: readonly string[]): Promise<void>
  /**
   * Drops what depends on the tags; to be awaited after the commit, before the write is answered.
   * Resolves to false where the store could not be reached.
   */
  finishInvalidation(started: Invalidation): Promise<boolean>
  /** Keeps the marks until they expire by themselves: it is unknown whether the write was committed. */
  abandonInvalidation(started: Invalidation): Promise<boolean>
}

interface Entry {
  readonly name: string
  readonly tags: readonly string[]
  readonly versions: string
  readonly value: Buffer
  readonly seconds: number
}

/** An invalidation as a write sees it. */
export interface Write {
  /** Drops more, known only now: to be awaited before the commit. */
  add(id: string, target: Target): Promise<void>
  /** To be awaited after the commit, before the write is answered. */
  finish(): Promise<void>
  /** To be awaited instead if it is unknown whether the write was committed. */
  abandon(): Promise<void>
}

/** How the cache took part in a response, in the words of RFC 9211. */
type CacheStatus =
  | 'hit'
  | 'fwd=uri-miss; stored'
  | 'fwd=uri-miss; collapsed'
  | 'fwd=uri-miss'
  | 'fwd=bypass'

export interface Counters {
  hits: number
  misses: number
  /** How often the store was not in use, or failed. */
  bypasses: number
  fills: number
  /** For a read how often a write dropped some of it, for a write how often it dropped anything. */
  invalidations: number
  errors: number
}

type Operations = Readonly<Record<string, Operation>>
type Fill = (request: CacheRequest) => Promise<SerializedResponse>

export type ResponseCache = ReturnType<typeof responseCache>

/** Creates the cache of these operations over a store. */
export function responseCache<Invalidation>(
  store: CacheStore<Invalidation>,
  operations: Operations,
) {
  const flights = new Map<string, Promise<SerializedResponse>>()
  const counters = new Map(Object.keys(operations).map((id) => [id, noCounts()]))
  const count = (id: string, what: keyof Counters) => {
    const counts = counters.get(id)
    if (counts) counts[what]++
  }

  /** Starts an invalidation of these tags, which is counted for these operations. */
  async function start(tags: readonly string[], operationIds: readonly string[]): Promise<Write> {
    const started = await store.startInvalidation(tags)
    const ids = new Set(operationIds)
    return {
      async add(id, target) {
        ids.add(id)
        await store.extendInvalidation(started, targetTags(readOf(operations, id), target))
      },
      async finish() {
        const done = await store.finishInvalidation(started)
        for (const id of ids) count(id, done ? 'invalidations' : 'errors')
      },
      async abandon() {
        const done = await store.abandonInvalidation(started)
        for (const id of ids) count(id, done ? 'invalidations' : 'errors')
      },
    }
  }

  async function keep(operation: Cached, entry: Omit<Entry, 'seconds'>) {
    const seconds = operation.cache.ttl * (0.9 + 0.2 * Math.random())
    const kept = await store.set({ ...entry, seconds })
    count(operation.operationId, kept ? 'fills' : 'errors')
  }

  /**
   * Returns the response that is kept, or else the one that `fill` makes of the parts of its key; a 200
   * is kept from then on. Requests that are the same wait for one fill, unless a write came between.
   */
  async function get(
    operation: Cached,
    request: CacheRequest,
    fill: Fill,
  ): Promise<{ response: SerializedResponse; cacheStatus: CacheStatus }> {
    const { operationId: id } = operation
    const key = entryKey(operation, request)
    const tags = entryTags(operation, request)
    const found = await store.get(key, tags)
    if (found.state === 'hit') {
      count(id, 'hits')
      return { response: decode(found.value), cacheStatus: 'hit' }
    }
    if (found.state === 'unused') {
      count(id, 'bypasses')
      if (found.failed) count(id, 'errors')
      return { response: await fill(request), cacheStatus: 'fwd=bypass' }
    }
    count(id, 'misses')
    if (found.state === 'marked')
      return { response: await fill(request), cacheStatus: 'fwd=uri-miss' }
    const flight = `${key} ${found.versions}`
    const flying = flights.get(flight)
    if (flying) return { response: await flying, cacheStatus: 'fwd=uri-miss; collapsed' }
    const loading = fill(request)
    flights.set(flight, loading)
    try {
      const response = await loading
      if (response.status !== 200) return { response, cacheStatus: 'fwd=uri-miss' }
      const value = encode(response)
      if (value.length > maxEntryBytes) return { response, cacheStatus: 'fwd=uri-miss' }
      // Not awaited: the next look-up of this process comes after it.
      void keep(operation, { name: key, tags, versions: found.versions, value })
      return { response, cacheStatus: 'fwd=uri-miss; stored' }
    } finally {
      flights.delete(flight)
    }
  }

  return {
    get,

    /** Marks what a write invalidates; null where that is nothing. */
    async startInvalidation(operation: Operation, target: Target): Promise<Write | null> {
      const tags = droppedTags(operations, operation, target)
      const ids = [operation.operationId, ...Object.keys(operation.invalidates ?? {})]
      return tags.length === 0 ? null : start(tags, ids)
    },

    /** Runs a write outside of any request, and invalidates these reads around its commit. */
    async changing<T>(
      reads: readonly string[],
      values: Readonly<Values>,
      write: () => Promise<T>,
    ): Promise<T> {
      if (reads.length === 0) return write()
      const started = await start(tagsOfReads(operations, reads, { values }), reads)
      try {
        const result = await write()
        await started.finish()
        return result
      } catch (error) {
        await started.abandon()
        throw error
      }
    },

    /**
     * Returns what was kept under these parameters, or else what `load` returns, which is kept from then
     * on; undefined is never kept. Requests do not share these entries.
     */
    async cached(
      id: string,
      params: unknown,
      load: () => Promise<unknown>,
      options: { query?: Values; principalId?: string } = {},
    ) {
      const operation = operations[id]
      if (operation === undefined || !isCached(operation))
        throw new Error(`${id} declares no cache`)
      const request = {
        pathValues: params as Values,
        queryValues: options.query ?? {},
        principalId: options.principalId,
        isManual: true,
      } as const
      const { response } = await get(operation, request, async () => {
        const body = await load()
        if (body === undefined) return { status: 404, headers: {}, body: null }
        return { status: 200, headers: {}, body: JSON.stringify(body) }
      })
      return response.body === null ? undefined : JSON.parse(String(response.body))
    },

    /** Drops some of one operation's responses outside of any request. */
    async invalidate(id: string, params: unknown = {}, whose: Pick<Target, 'principalId'> = {}) {
      const read = readOf(operations, id)
      const values = params as Values
      const started = await start(targetTags(read, { values, ...whose }), [id])
      await started.finish()
    },

    /** Returns what has happened in this process so far, by operationId. */
    counters: (): ReadonlyMap<string, Readonly<Counters>> => counters,
  }
}

/** A larger response is answered and not kept, so that one list cannot fill Redis. */
const maxEntryBytes = 262_144

function noCounts(): Counters {
  return { hits: 0, misses: 0, bypasses: 0, fills: 0, invalidations: 0, errors: 0 }
}
