// The parts of the worker: relay, queue, runner and scheduler. Redis only carries ids: if it loses
// them, the relay copies them again.
import type { Database, DatabaseConfig } from '../db/connection.ts'
import { createWake } from '../lib/async.ts'
import type { Clock } from '../lib/clock.ts'
import type { ReportError } from '../lib/internal-errors.ts'
import type { Logger } from '../lib/log.ts'
import type { Tracing } from '../lib/tracing.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Changing, JobLimits, Jobs, Observe } from './jobs.ts'
import { channels } from './outbox.ts'
import { openQueue, type QueueConfig } from './queue.ts'
import { listen, startRelay } from './relay.ts'
import { createRunner } from './runner.ts'
import { startScheduler } from './scheduler.ts'

export interface WorkerOptions {
  readonly db: Database
  readonly database: DatabaseConfig
  readonly queue: QueueConfig
  readonly jobs: Jobs
  readonly limits: JobLimits
  readonly concurrency: number
  readonly observe?: Observe | undefined
  readonly onInternalError?: ReportError | undefined
  readonly changing: Changing
  readonly clock: Clock
  readonly log: Logger
  readonly tracing?: Tracing | undefined
  readonly timing?: WorkerTiming
}

/** Intervals of the parts, in milliseconds. Each part has its own defaults. */
export interface WorkerTiming {
  readonly graceMs?: number
  readonly relayPollMs?: number
  readonly scheduleCheckMs?: number
  readonly queueAnswerMs?: number
}

/** Longer than a relay needs to detect and replace a silent connection. */
const notReadyAfterMs = 10_000
/** Longer than the sum of all limits in one turn of the relay. */
const notAliveAfterMs = 60_000

/** Starts to relay, schedule and run jobs. */
export function startWorker(options: WorkerOptions) {
  const { db, jobs, log, concurrency, limits, timing = {} } = options
  const { leaseSeconds } = limits
  const heartbeat = startHeartbeat({ database: options.database, leaseSeconds, log })
  const runner = createRunner({ ...options, heartbeat, graceMs: timing.graceMs })
  const queueOptions = { concurrency, run: runner.run, log, answerMs: timing.queueAnswerMs }
  const wake = createWake()
  const relay = startRelay({
    db,
    jobs: Object.keys(jobs),
    leaseSeconds,
    concurrency,
    openQueue: () => openQueue(options.queue, queueOptions),
    wake,
    log,
    pollMs: timing.relayPollMs,
  })
  const listeners = { [channels.added]: wake.call, [channels.cancelled]: runner.cancel }
  const notifications = listen(options.database, listeners, log)
  const scheduler = startScheduler({ ...options, checkMs: timing.scheduleCheckMs })

  return {
    /** Returns why no jobs run at the moment, for an operator; undefined if they do. */
    notReady(): string | undefined {
      const ms = relay.sinceSuccessMs()
      if (ms < notReadyAfterMs) return undefined
      const since = ms === Infinity ? 'yet' : `for ${Math.round(ms / 1000)} s`
      return `No job was relayed ${since}, because of PostgreSQL or Redis: see the log.`
    },

    /** For the metrics: how many ids wait in the queue, and since when nothing was relayed. */
    relayed: () => ({ queued: relay.queued(), seconds: relay.sinceSuccessMs() / 1000 }),

    /** Returns which part is stuck, so that the process has to be replaced; undefined if none is. */
    notAlive(): string | undefined {
      if (relay.stillMs() > notAliveAfterMs) return 'The relay is stuck.'
      return scheduler.stillMs() > notAliveAfterMs ? 'The scheduler is stuck.' : undefined
    },

    /** Starts no more jobs. Those that still run after three quarters of the deadline are released. */
    async stop(deadlineMs: number) {
      const [, queue] = await Promise.all([
        scheduler.stop(),
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
