// Bee-Queue, which carries the ids of due rows from whichever relay has leased them to whichever worker
// is free. It is thrown away and opened anew whenever it has lost Redis: its own way back is slower
// with each failure, forgets its scripts, and would wait for ever for a Redis that does not answer.
import { randomUUID } from 'node:crypto'
import BeeQueue from 'bee-queue'
import { Redis } from 'ioredis'
import { type RedisConfig, redisOptions } from '../cache/redis.ts'
import { within } from '../lib/async.ts'
import type { Logger } from '../lib/log.ts'
import type { Copy } from './outbox.ts'

export interface QueueConfig extends RedisConfig {
  readonly prefix: string
}

const stallMs = 5000
const reconnectMs = 500
/** How long a connection may be unused before the kernel asks whether its other end is still there. */
const keepAliveDelayMs = 10_000
/** How long Redis may take to answer: one that hangs is as good as away. */
const answerMs = 3000

export type Queue = Awaited<ReturnType<typeof openQueue>>

/**
 * Connects, and hands what comes to `perform`.
 * @throws Error when Redis cannot be reached, or does not answer in time.
 */
export async function openQueue(
  config: QueueConfig,
  concurrency: number,
  perform: (copy: Copy) => Promise<void>,
  log: Logger,
) {
  await expectAnswer(config, log)
  const queue = new BeeQueue<Copy>('jobs', {
    prefix: `${config.prefix}:bq`,
    redis: {
      ...nodeRedisOptions(config),
      // Without these two an outage would make every call wait for its end.
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
  const broken = (error: unknown) => {
    if (!isBroken) log.warn({ err: error }, 'the queue lost Redis')
    isBroken = true
  }
  queue.on('error', broken)
  // Its own deadline is for what runs; it then waits for Redis to say good-bye.
  const close = (deadlineMs: number) => within(deadlineMs + 100, queue.close(deadlineMs))
  const answered = async <T>(asked: Promise<T>): Promise<T> => {
    try {
      return await within(answerMs, asked)
    } catch (error) {
      broken(error)
      throw error
    }
  }
  try {
    await answered(queue.ready())
  } catch (error) {
    await close(1).catch((late: unknown) => log.debug({ err: late }, 'closing the queue'))
    throw error
  }
  let running = 0
  /** Since when jobs wait although this process has capacity. */
  let idleSince: number | undefined
  queue.process(concurrency, async ({ data }) => {
    idleSince = undefined
    running++
    await perform(data)
    running--
  })

  /** Notices that the connection on which Bee-Queue waits for jobs is silent: it has no deadline itself. */
  function expectJobs(waiting: number) {
    const isIdle = waiting > 0 && running < concurrency
    idleSince = isIdle ? (idleSince ?? performance.now()) : undefined
    if (idleSince !== undefined && performance.now() - idleSince > answerMs) {
      broken(new Error('jobs wait, but none arrives'))
    }
  }
  // Removes what dead workers have left; its rows are begun anew by their leases alone.
  queue.checkStalledJobs(stallMs).catch(broken)
  return {
    get isBroken() {
      return isBroken
    },

    /** How many ids wait in it. */
    async waiting(): Promise<number> {
      const { waiting } = await answered(queue.checkHealth())
      expectJobs(waiting)
      return waiting
    },

    /**
     * Puts ids in. Each copy has an id of its own: an emptied Redis would count from one again, and a
     * job that ends would take a new one of its number along.
     * @returns those that could not be put in.
     */
    async carry(copies: readonly Copy[]): Promise<Copy[]> {
      const jobs = copies.map((copy) => queue.createJob(copy).setId(randomUUID()))
      const failed = await answered(queue.saveAll(jobs))
      return [...failed.keys()].map((job) => job.data)
    },

    /** Takes nothing more, and waits for what runs. @throws Error where that takes too long. */
    close,
  }
}

/**
 * Asks Redis for a sign of life, on a connection that can be thrown away: Bee-Queue keeps those that it
 * has begun to open.
 */
async function expectAnswer(config: QueueConfig, log: Logger) {
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
    // ioredis says only that the connection was closed.
    throw reason ?? error
  } finally {
    redis.disconnect()
  }
}

/** What node_redis, which Bee-Queue uses, is given to connect: it calls the user otherwise. */
function nodeRedisOptions(config: QueueConfig) {
  const { username: user, ...options } = redisOptions(config)
  return { ...options, ...(user !== undefined && { user }) }
}
