// The metrics of the cache, which counts by operation.
import { Counter } from 'prom-client'
import type { ResponseCache } from '../engine/steps/cache.ts'
import type { Metrics } from '../lib/metrics.ts'

/** Adds the counters of a cache. */
export function cacheMetrics({ registry }: Metrics, { counters }: Pick<ResponseCache, 'counters'>) {
  const registers = [registry]
  new Counter({
    name: 'cache_requests_total',
    help: 'Cached reads by operation and result: hit, miss, or bypass while the cache is unavailable.',
    labelNames: ['operation', 'result'],
    registers,
    collect() {
      this.reset()
      for (const [operation, { hits, misses, bypasses }] of counters()) {
        if (hits + misses + bypasses === 0) continue
        this.inc({ operation, result: 'hit' }, hits)
        this.inc({ operation, result: 'miss' }, misses)
        this.inc({ operation, result: 'bypass' }, bypasses)
      }
    },
  })
  const counter = (name: string, help: string, what: 'fills' | 'invalidations' | 'errors') =>
    new Counter({
      name,
      help,
      labelNames: ['operation'],
      registers,
      collect() {
        this.reset()
        for (const [operation, counts] of counters()) {
          if (counts[what] > 0) this.inc({ operation }, counts[what])
        }
      },
    })
  counter('cache_fills_total', 'Responses that were put into the cache, by operation.', 'fills')
  counter(
    'cache_invalidations_total',
    'Invalidations by operation: of a read, or by a write.',
    'invalidations',
  )
  counter('cache_errors_total', 'Attempts to use the cache that failed, by operation.', 'errors')
}
