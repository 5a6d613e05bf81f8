// The queue's process: relay, queue, runs and schedules put together. Redis only carries work: if it forgets, the
// outbox is copied again; while it is away, rows wait.

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Database, DatabaseConfig } from '../db/connection.ts'
import { createWake } from '../lib/async.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Changing, Jobs } from './jobs.ts'
import { channels, figures } from './outbox.ts'
import { openQueue, type QueueConfig } from './queue.ts'
import { listen, startRelay } from './relay.ts'
import { type JobLimits, jobRunner, type Observe } from './runner.ts'
import { startSchedules } from './scheduler.ts'

export interface WorkerOptions {
  readonly db: Database
  readonly database: DatabaseConfig
  readonly queue: QueueConfig
  readonly jobs: Jobs
  readonly limits: JobLimits
  readonly concurrency: number
  readonly observe: Observe
  readonly changing: Changing
  readonly clock: Clock
  readonly log: Logger
}

/** Longer than a relay takes to notice a silent connection and to replace it. */
const notReadyAfterMs = 10_000
/** Longer than all limits of one turn of the relay together. */
const notAliveAfterMs = 60_000

/** Starts relaying and running. @returns how to stop: waits for running jobs up to the deadline. */
export function startWorker(options: WorkerOptions) {
  const { db, jobs, log, concurrency, limits } = options
  const heartbeat = startHeartbeat({
    database: options.database,
    leaseSeconds: limits.leaseSeconds,
    log,
  })
  const runner = jobRunner({ ...options, heartbeat })
  const wake = createWake()
  const relay = startRelay({
    db,
    jobs: Object.keys(jobs),
    leaseSeconds: limits.leaseSeconds,
    openQueue: () => openQueue(options.queue, concurrency, runner.perform, log),
    wake,
    log,
  })
  const listeners = { [channels.added]: wake.call, [channels.cancelled]: runner.cancel }
  const notifications = listen(options.database, listeners, log)
  const schedules = startSchedules(options)

  return {
    /** Returns why no job would be run at the moment, in words for an operator. */
    notReady(): string | undefined {
      const ms = relay.sinceSuccessMs()
      if (ms < notReadyAfterMs) return undefined
      const since = ms === Infinity ? 'yet' : `for ${Math.round(ms / 1000)} s`
      return `No job was relayed ${since}, because of PostgreSQL or Redis: see the log.`
    },

    /** Returns what is stuck, so that only a new process can help. */
    notAlive(): string | undefined {
      if (relay.stillMs() > notAliveAfterMs) return 'The relay is stuck.'
      return schedules.stillMs() > notAliveAfterMs ? 'The schedules are stuck.' : undefined
    },

    /** What still runs after three quarters of the deadline is asked to end, and given back. */
    async stop(deadlineMs: number) {
      const [, queue] = await Promise.all([
        schedules.stop(),
        relay.stop(),
        notifications.stop(),
        runner.stop(deadlineMs * 0.75),
      ])
      await Promise.all([
        heartbeat.stop(),
        queue
          ?.close(deadlineMs / 10)
          .catch((error: unknown) => log.debug({ err: error }, 'closing the queue')),
      ])
    },
  }
}

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
