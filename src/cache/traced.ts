// The store of the cache with a span around each visit to Redis. Used while tracing is on.
import type { CacheStore } from '../engine/steps/cache.ts'
import type { Tracing } from '../lib/tracing.ts'

/** Returns the store with spans. That of a look-up tells what it found. */
export function tracedStore<Invalidation>(
  store: CacheStore<Invalidation>,
  tracing: Tracing,
): CacheStore<Invalidation> {
  const options = { kind: 'client', attributes: { 'db.system.name': 'redis' } } as const
  const visit = <T>(name: string, work: () => Promise<T>) => tracing.during(name, work, options)
  return {
    get: (name, tags) =>
      tracing.during(
        'cache get',
        async (span) => {
          const found = await store.get(name, tags)
          span?.describe({ 'cache.result': found.state })
          return found
        },
        options,
      ),
    set: (entry) => visit('cache set', () => store.set(entry)),
    startInvalidation: (tags) => visit('cache mark', () => store.startInvalidation(tags)),
    extendInvalidation: (...more) => visit('cache mark', () => store.extendInvalidation(...more)),
    finishInvalidation: (started) => visit('cache drop', () => store.finishInvalidation(started)),
    abandonInvalidation: (started) =>
      visit('cache abandon', () => store.abandonInvalidation(started)),
  }
}
