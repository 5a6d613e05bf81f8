// The metrics of the connection pool.
import { Gauge, Histogram } from 'prom-client'
import type { Metrics } from '../lib/metrics.ts'
import type { Database } from './connection.ts'
import type { StatementParams } from './statements.ts'

const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3]

/** Adds the metrics of a database's pool. Returns the function that reports how long a request waited. */
export function poolMetrics({ registry }: Metrics, db: Database, max: number) {
  const { pool } = db.userParams as StatementParams
  const registers = [registry]
  new Gauge({
    name: 'db_pool_connections',
    help: 'Connections of the pool by state: in_use or idle.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'in_use' }, pool.totalCount - pool.idleCount)
      this.set({ state: 'idle' }, pool.idleCount)
    },
  })
  new Gauge({
    name: 'db_pool_connections_max',
    help: 'The most connections that the pool opens.',
    registers,
    collect() {
      this.set(max)
    },
  })
  let requests = () => 0
  new Gauge({
    name: 'db_pool_waiting',
    help: 'Requests and queries that wait for a connection.',
    registers,
    collect() {
      this.set(pool.waitingCount + requests())
    },
  })
  const waits = new Histogram({
    name: 'db_pool_wait_seconds',
    help: 'How long requests waited that found no free connection.',
    buckets,
    registers,
  })
  return {
    waited: (seconds: number) => waits.observe(seconds),
    /** Adds the requests that wait in front of the pool. */
    countWaiting(count: () => number) {
      requests = count
    },
  }
}
