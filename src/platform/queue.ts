// Bee-Queue, which carries the ids of due rows from whichever relay has leased them to whichever worker
// is free. It is thrown away and opened anew whenever it has lost Redis: its own way back is slower
// with each failure, and forgets its scripts.
import { randomUUID } from 'node:crypto'
import BeeQueue from 'bee-queue'
import type { Logger } from '../log.ts'
import type { Copy } from './outbox.ts'

export interface QueueConfig {
  readonly host: string
  readonly port: number
  readonly password: string | undefined
  readonly db: number
  readonly prefix: string
}

const stallMs = 5000
const reconnectMs = 500

export type Queue = Awaited<ReturnType<typeof openQueue>>

/**
 * Connects, and hands what comes to `perform`.
 * @throws Error when Redis cannot be reached.
 */
export async function openQueue(
  config: QueueConfig,
  concurrency: number,
  perform: (copy: Copy) => Promise<void>,
  log: Logger,
) {
  const queue = new BeeQueue<Copy>('jobs', {
    prefix: `${config.prefix}:bq`,
    redis: {
      host: config.host,
      port: config.port,
      db: config.db,
      ...(config.password !== undefined && { password: config.password }),
      // Without these two an outage would make every call wait for its end.
      enable_offline_queue: false,
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
  queue.on('error', (error) => {
    if (!isBroken) log.warn({ err: error }, 'the queue lost Redis')
    isBroken = true
  })
  const close = (deadlineMs: number) => queue.close(deadlineMs)
  try {
    await queue.ready()
  } catch (error) {
    await close(1).catch((late: unknown) => log.debug({ err: late }, 'closing the queue'))
    throw error
  }
  queue.process(concurrency, (job) => perform(job.data))
  // Removes what dead workers have left; its rows are begun anew by their leases alone.
  queue.checkStalledJobs(stallMs, () => {})
  return {
    get isBroken() {
      return isBroken
    },

    /** How many ids wait in it. */
    async waiting(): Promise<number> {
      return (await queue.checkHealth()).waiting
    },

    /**
     * Puts ids in. Each copy has an id of its own: an emptied Redis would count from one again, and a
     * job that ends would take a new one of its number along.
     * @returns those that could not be put in.
     */
    async carry(copies: readonly Copy[]): Promise<Copy[]> {
      const jobs = copies.map((copy) => queue.createJob(copy).setId(randomUUID()))
      const failed = await queue.saveAll(jobs)
      return [...failed.keys()].map((job) => job.data)
    },

    /** Takes nothing more, and waits for what runs. @throws Error where that takes too long. */
    close,
  }
}
