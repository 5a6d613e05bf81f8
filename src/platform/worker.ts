// The queue's process: copies rows of the outbox to Bee-Queue and runs what comes back out of it.
// Redis only carries work: if it forgets, the outbox is copied again; while it is away, rows wait.
import BeeQueue from 'bee-queue'
import scripts from 'bee-queue/lib/lua/index.js'
import type { Logger } from '../log.ts'
import type { Database } from './database.ts'
import { finish, lease, leaseSeconds, type OutboxRow, release, renew } from './outbox.ts'

interface QueueConfig {
  readonly host: string
  readonly port: number
  readonly password: string | undefined
  readonly db: number
  readonly prefix: string
}

/** Does one kind of work. Delivery is at least once: the same payload, the same effect. */
export type Job = (payload: unknown, context: { id: string; log: Logger }) => Promise<void>

export interface WorkerOptions {
  readonly db: Database
  readonly queue: QueueConfig
  readonly jobs: Readonly<Record<string, Job>>
  readonly concurrency: number
  readonly log: Logger
}

const pollMs = 200
const reconnectMs = 1000
const batch = 100
const stallMs = 5000

/** Starts relaying and running. @returns how to stop: waits for running jobs up to the deadline. */
export function startWorker(options: WorkerOptions) {
  const { log } = options
  const stopping = new AbortController()
  let current: BeeQueue<OutboxRow> | undefined

  const relayOnce = async (queue: BeeQueue<OutboxRow>): Promise<number> => {
    const rows = await lease(options.db, batch)
    if (rows.length === 0) return 0
    const failed = await queue.saveAll(rows.map((row) => queue.createJob(row).setId(row.id)))
    if (failed.size > 0) {
      await release(
        options.db,
        [...failed.keys()].map((job) => job.data.id),
      )
      throw [...failed.values()][0]
    }
    return rows.length
  }

  const run = async () => {
    let healthy = true
    while (!stopping.signal.aborted) {
      let relayed = 0
      try {
        current ??= await connect(options)
        relayed = await relayOnce(current)
        if (!healthy) log.info('the outbox is being relayed again')
        healthy = true
      } catch (error) {
        if (healthy) log.warn({ err: error }, 'the outbox waits: database or Redis out of reach')
        healthy = false
      }
      if (relayed < batch) await pause(healthy ? pollMs : reconnectMs, stopping.signal)
    }
  }
  const running = run()

  return {
    async stop(deadlineMs: number) {
      stopping.abort()
      await running
      await current?.close(deadlineMs)
    },
  }
}

/** Waits until a time is over or a signal comes. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}

/** @throws Error when Redis cannot be reached; Bee-Queue does not try again by itself. */
async function connect({ queue: config, jobs, db, concurrency, log }: WorkerOptions) {
  const queue = new BeeQueue<OutboxRow>('jobs', {
    prefix: `${config.prefix}:bq`,
    redis: {
      host: config.host,
      port: config.port,
      db: config.db,
      ...(config.password !== undefined && { password: config.password }),
      // Without these two an outage would make every call wait for its end.
      enable_offline_queue: false,
      retry_strategy: ({ attempt }: { attempt: number }) => Math.min(attempt * 100, reconnectMs),
    },
    getEvents: false,
    sendEvents: false,
    removeOnSuccess: true,
    removeOnFailure: true,
    stallInterval: stallMs,
  })
  let reported = false
  queue.on('error', (error) => {
    if (!reported) log.warn({ err: error }, 'the queue lost Redis')
    reported = true
  })
  try {
    await queue.ready()
  } catch (error) {
    await queue.close().catch(() => {})
    throw error
  }
  // A restarted Redis has forgotten Bee-Queue's scripts; without them every call would fail.
  clientOf(queue).on('ready', () => {
    reported = false
    scripts
      .buildCache(clientOf(queue))
      .catch((error: unknown) => log.error({ err: error }, 'scripts'))
  })
  queue.process(concurrency, (job) => perform(job.data, { db, jobs, log }))
  queue.checkStalledJobs(stallMs, () => {})
  return queue
}

function clientOf(queue: BeeQueue): NodeJS.EventEmitter {
  return (queue as BeeQueue & { client: NodeJS.EventEmitter }).client
}

/** Runs one job under a lease that is kept alive, and takes it out of the outbox when it is done. */
async function perform(
  row: OutboxRow,
  { db, jobs, log: parent }: Pick<WorkerOptions, 'db' | 'jobs' | 'log'>,
) {
  const log = parent.child({ jobId: row.id, job: row.job })
  const job = jobs[row.job]
  if (job === undefined) return log.error('no such job in this build; it stays in the outbox')
  if (!(await renew(db, row.id))) return
  const keepAlive = setInterval(
    () => {
      renew(db, row.id).catch((error: unknown) =>
        log.warn({ err: error }, 'the lease was not renewed'),
      )
    },
    (leaseSeconds * 1000) / 3,
  )
  const start = performance.now()
  try {
    await job(row.payload, { id: row.id, log })
    await finish(db, row.id)
    log.info({ ms: Math.round(performance.now() - start) }, 'job done')
  } catch (error) {
    log.error({ err: error }, 'job failed; it will be tried again')
  } finally {
    clearInterval(keepAlive)
  }
}
