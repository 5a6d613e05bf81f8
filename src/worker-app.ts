// The composition root of the worker: wires the jobs of each feature to what they need.
import { validators } from '../generated/validators.js'
import { type Options, openCache } from './app.ts'
import { cacheMetrics } from './cache/metrics.ts'
import { operations } from './contract.ts'
import { closeDatabase, createDatabase, type Database, databaseReadiness } from './db/connection.ts'
import { poolMetrics } from './db/metrics.ts'
import { readOf } from './engine/cache-keys.ts'
import { accountJobs } from './features/accounts/jobs.ts'
import { userRepository } from './features/accounts/repository.ts'
import { sessionRepository } from './features/accounts/session-repository.ts'
import { postJobs } from './features/posts/jobs.ts'
import { postRepository } from './features/posts/repository.ts'
import { taskJobs } from './features/tasks/jobs.ts'
import { taskKinds } from './features/tasks/kinds.ts'
import { purgeFailed } from './jobs/failed.ts'
import { type Changing, type Jobs, purgeJob } from './jobs/jobs.ts'
import { workerMetrics } from './jobs/metrics.ts'
import { startWorker, type WorkerTiming } from './jobs/worker.ts'
import { idempotency } from './security/idempotency.ts'

interface JobDeps extends Pick<Options, 'config' | 'clock'> {
  readonly db: Database
  readonly changing: Changing
}

/** Returns the jobs of all features. */
export function featureJobs({ db, config, clock, changing }: JobDeps): Jobs {
  const { jobDays, deletedDays } = config.retention
  const { sessionSeconds: lifetime } = config.auth
  return {
    ...taskJobs({
      db,
      clock,
      kinds: taskKinds,
      isTask: validators.getTask.responses[200],
      days: jobDays,
      changing,
    }),
    ...accountJobs({
      users: userRepository(db, clock),
      sessions: sessionRepository(db, { clock, lifetime }),
      clock,
      days: deletedDays,
      changing,
    }),
    ...postJobs({ posts: postRepository(db, clock), clock, days: deletedDays }),
    ...idempotency(db, clock).jobs(),
    purgeFailedJobs: purgeJob(clock, jobDays, (...old) => purgeFailed(db, ...old)),
  }
}

interface WorkerDeps extends Options {
  readonly timing?: WorkerTiming
  /** Returns the jobs that it runs; those of all features by default. */
  readonly jobs?: (deps: JobDeps) => Jobs
}

/** Starts the worker. `stop` waits for running jobs up to a deadline in milliseconds. */
export function createWorker({
  config,
  log,
  clock,
  metrics,
  tracing,
  onInternalError,
  timing,
  jobs: jobsOf = featureJobs,
}: WorkerDeps) {
  const db = createDatabase(config.database, log, tracing)
  const readiness = databaseReadiness(config.database, log)
  const counted = metrics && workerMetrics(metrics, db)
  if (metrics) poolMetrics(metrics, db, config.database.poolMax)
  const cache = openCache({ config, log, tracing })
  if (metrics) cacheMetrics(metrics, cache.responses)
  const changing: Changing = async (...write) => {
    await cache.settled
    return cache.responses.changing(...write)
  }
  const jobs = jobsOf({ db, config, clock, changing })
  // An unknown read throws here, not when the job first ends.
  for (const { invalidates } of Object.values(jobs)) {
    for (const name of invalidates) readOf(operations, name)
  }
  const worker = startWorker({
    db,
    database: config.database,
    queue: config.redis.queue,
    jobs,
    limits: config.jobs,
    concurrency: config.worker.concurrency,
    observe: counted?.observe,
    onInternalError,
    changing,
    clock,
    log,
    tracing,
    ...(timing && { timing }),
  })
  counted?.watchRelay(worker.relayed)
  return {
    notReady: async () => (await readiness.check()) ?? worker.notReady(),
    notAlive: worker.notAlive,
    async stop(deadlineMs: number) {
      await worker.stop(deadlineMs)
      cache.close()
      await Promise.all([readiness.close(), closeDatabase(db)])
    },
  }
}
