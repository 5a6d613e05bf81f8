// The worker's figures for Prometheus: what its runs came to, and what the outbox holds, which is asked
// when somebody looks. In a registry of their own, so that two workers of one process do not mix.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '../db/connection.ts'
import { figures } from './outbox.ts'
import type { Observe } from './runner.ts'

const buckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900]

export function workerFigures(db: Database) {
  const registry = new Registry()
  const registers = [registry]
  const runs = new Histogram({
    name: 'job_run_seconds',
    help: 'How long runs took, by job.',
    labelNames: ['job'],
    buckets,
    registers,
  })
  const outcomes = new Counter({
    name: 'job_runs_total',
    help: 'Runs by job and what they came to.',
    labelNames: ['job', 'outcome'],
    registers,
  })
  const jobs = new Gauge({
    name: 'jobs',
    help: 'Jobs in the outbox: waiting, running, or failed for good.',
    labelNames: ['job', 'state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'job_oldest_seconds',
    help: 'How long ago the oldest job of a state was asked for.',
    labelNames: ['job', 'state'],
    registers,
  })
  const observe: Observe = (job, outcome, seconds) => {
    runs.observe({ job }, seconds)
    outcomes.inc({ job, outcome })
  }
  return {
    observe,

    /** All figures as text. @throws the database's error where it cannot be asked. */
    async text(): Promise<string> {
      const rows = await figures(db)
      jobs.reset()
      oldest.reset()
      for (const { job, state, count, age } of rows) {
        jobs.set({ job, state }, count)
        oldest.set({ job, state }, age)
      }
      return registry.metrics()
    },
  }
}
