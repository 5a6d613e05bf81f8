// Bee-Queue carries the ids of due rows from the relays to the workers. When it loses Redis, the relay closes
// it and opens another one: its own reconnection slows down with each failure, does not load its scripts
// again, and waits for a silent Redis without a deadline.
import { randomUUID } from 'node:crypto'
import BeeQueue from 'bee-queue'
import { Redis } from 'ioredis'
import { type RedisConfig, redisOptions } from '../cache/redis.ts'
import { within } from '../lib/async.ts'
import type { Logger } from '../lib/log.ts'
import type { QueuedJob } from './outbox.ts'

export interface QueueConfig extends RedisConfig {
  readonly prefix: string
}

const stallMs = 5000
const reconnectMs = 500
/** How long a connection may be idle before the kernel probes it. */
const keepAliveDelayMs = 10_000

interface QueueOptions {
  readonly concurrency: number
  /** Runs a job. Must not reject. */
  readonly run: (queued: QueuedJob) => Promise<void>
  readonly log: Logger
  /** How long Redis may take to answer, in milliseconds; 3000 by default. */
  readonly answerMs?: number | undefined
}

export type Queue = Awaited<ReturnType<typeof openQueue>>

/**
 * Connects to Redis and runs the jobs that arrive.
 * @throws Error if Redis cannot be reached or does not answer in time.
 */
export async function openQueue(config: QueueConfig, options: QueueOptions) {
  const { concurrency, run, log, answerMs = 3000 } = options
  await expectAnswer(config, answerMs, log)
  const queue = new BeeQueue<QueuedJob>('jobs', {
    prefix: `${config.prefix}:bq`,
    redis: {
      ...nodeRedisOptions(config),
      // Otherwise calls would wait until an outage ends.
      enable_offline_queue: false,
      socket_initial_delay: keepAliveDelayMs,
      retry_strategy: () => reconnectMs,
    },
    getEvents: false,
    sendEvents: false,
    storeJobs: false,
    removeOnSuccess: true,
    removeOnFailure: true,
    stallInterval: stallMs,
  })
  let isBroken = false
  let isOpen = false
  const broken = (error: unknown) => {
    // The relay logs why a queue cannot be opened, once for all attempts.
    if (isOpen && !isBroken) log.warn({ err: error }, 'the queue lost Redis')
    isBroken = true
  }
  queue.on('error', broken)
  // Its own deadline is for the running jobs. It then waits for Redis to close the connection.
  const close = (deadlineMs: number) => within(deadlineMs + 100, queue.close(deadlineMs))
  const answered = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await within(answerMs, answer)
    } catch (error) {
      broken(error)
      throw error
    }
  }
  try {
    await answered(queue.ready())
    isOpen = true
  } catch (error) {
    await close(1).catch((late: unknown) => log.debug({ err: late }, 'closing the queue'))
    throw error
  }
  let running = 0
  /** When this process last became idle although jobs wait. */
  let idleSince: number | undefined
  queue.process(concurrency, async ({ data }) => {
    idleSince = undefined
    running++
    await run(data)
    running--
  })

  /** Detects that the connection on which Bee-Queue waits for jobs is silent. */
  function expectJobs(waiting: number) {
    const isIdle = waiting > 0 && running < concurrency
    idleSince = isIdle ? (idleSince ?? performance.now()) : undefined
    if (idleSince !== undefined && performance.now() - idleSince > answerMs) {
      broken(new Error('jobs wait, but none arrives'))
    }
  }
  // Removes the ids that dead workers left. Their rows become due when the leases end.
  queue.checkStalledJobs(stallMs).catch(broken)
  return {
    get isBroken() {
      return isBroken
    },

    /** Returns how many ids wait in the queue. */
    async waiting(): Promise<number> {
      const { waiting } = await answered(queue.checkHealth())
      expectJobs(waiting)
      return waiting
    },

    /**
     * Adds jobs to the queue. Returns those that Redis rejected. The ids inside Bee-Queue are random: an
     * emptied Redis would count from one again, and the end of an old job would remove a new one.
     */
    async add(jobsToAdd: readonly QueuedJob[]): Promise<QueuedJob[]> {
      const jobs = jobsToAdd.map((it) => queue.createJob(it).setId(randomUUID()))
      const failed = await answered(queue.saveAll(jobs))
      return [...failed.keys()].map((job) => job.data)
    },

    /** Takes no more jobs and waits for the running ones. @throws Error if that takes too long. */
    close,
  }
}

/**
 * Checks that Redis answers, on a connection that can be dropped. Bee-Queue would keep one that it could not
 * open.
 */
async function expectAnswer(config: QueueConfig, answerMs: number, log: Logger) {
  const redis = new Redis({
    ...redisOptions(config),
    lazyConnect: true,
    retryStrategy: () => null,
  })
  let reason: unknown
  redis.on('error', (error) => {
    reason = error
    log.debug({ err: error }, 'redis')
  })
  try {
    await within(answerMs, redis.connect())
  } catch (error) {
    // The error of `connect` only says that the connection was closed.
    throw reason ?? error
  } finally {
    redis.disconnect()
  }
}

/** Returns the options for node_redis, which Bee-Queue uses and which names the user differently. */
function nodeRedisOptions(config: QueueConfig) {
  const { username: user, ...options } = redisOptions(config)
  return { ...options, ...(user !== undefined && { user }) }
}
