// The metrics of a worker: its runs, and the outbox, which all workers share.
import { Counter, Gauge, Histogram } from 'prom-client'
import type { Database } from '../db/connection.ts'
import { unavailability } from '../db/errors.ts'
import type { Metrics } from '../lib/metrics.ts'
import type { Observe } from './jobs.ts'
import { countJobs } from './outbox.ts'

const buckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900]

interface Relayed {
  readonly queued: number
  readonly seconds: number
}

/** Adds the metrics of a worker. */
export function workerMetrics({ registry }: Metrics, db: Database) {
  const registers = [registry]
  let relayed: () => Relayed = () => ({ queued: 0, seconds: Infinity })
  const runs = new Histogram({
    name: 'job_run_seconds',
    help: 'How long runs took, by job.',
    labelNames: ['job'],
    buckets,
    registers,
  })
  const outcomes = new Counter({
    name: 'job_runs_total',
    help: 'Runs by job and outcome.',
    labelNames: ['job', 'outcome'],
    registers,
  })
  let counting: ReturnType<typeof jobsOrNone> | undefined
  /** The gauges of one collection share a query. */
  const count = () => {
    counting ??= jobsOrNone(db).finally(() => {
      counting = undefined
    })
    return counting
  }
  new Gauge({
    name: 'jobs',
    help: 'Jobs in the outbox: waiting, running, or failed for good.',
    labelNames: ['job', 'state'],
    registers,
    async collect() {
      const rows = await count()
      this.reset()
      for (const { job, state, count } of rows) this.set({ job, state }, count)
    },
  })
  new Gauge({
    name: 'job_oldest_seconds',
    help: 'How long ago the oldest job of a state was enqueued.',
    labelNames: ['job', 'state'],
    registers,
    async collect() {
      const rows = await count()
      this.reset()
      for (const { job, state, age } of rows) this.set({ job, state }, age)
    },
  })
  new Gauge({
    name: 'job_queue_length',
    help: 'Ids that waited in the queue when the relay last looked.',
    registers,
    collect() {
      this.set(relayed().queued)
    },
  })
  new Gauge({
    name: 'job_relay_age_seconds',
    help: 'How long ago this worker last relayed the outbox; +Inf if it never has.',
    registers,
    collect() {
      this.set(relayed().seconds)
    },
  })
  const observe: Observe = (job, outcome, seconds) => {
    runs.observe({ job }, seconds)
    outcomes.inc({ job, outcome })
  }
  return {
    /** Counts a run. */
    observe,
    /** Adds what the relay knows. */
    watchRelay(relay: () => Relayed) {
      relayed = relay
    },
  }
}

/** Counts the jobs. While PostgreSQL is unavailable there are no figures, and all other metrics remain. */
async function jobsOrNone(db: Database) {
  try {
    return await countJobs(db)
  } catch (error) {
    if (unavailability(error) === undefined) throw error
    return []
  }
}
