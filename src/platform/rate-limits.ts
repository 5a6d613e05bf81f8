// Quotas: how much of something a subject may have in a window of time. Counted in Redis for all
// processes together by rate-limiter-flexible; while Redis is away each process counts for itself, so
// that there is never no limit at all.
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Logger } from '../log.ts'
import { type Attempt, type RedisConfig, redisLink } from './redis.ts'

export interface Quota {
  /** How many fit into a window; what the configuration multiplies is in it already. */
  readonly limit: number
  /** In seconds. It begins with the first that is spent. */
  readonly window: number
  /** Takes one of a subject's, whether or not there is one left. */
  spend(subject: string): Promise<Spent>
  /** Whether a subject has none left; takes nothing. */
  isSpent(subject: string): Promise<boolean>
  /** Gives one back. */
  refund(subject: string): Promise<void>
  /** Gives all of them back. */
  renew(subject: string): Promise<void>
}

interface Spent {
  /** There was none left. */
  readonly isOver: boolean
  readonly remaining: number
  /** In how many seconds the window ends. */
  readonly resetIn: number
}

export interface RateLimits {
  /** @returns undefined where nothing is limited. The same name means the same quota. */
  quota(name: string, policy: { limit: number; window: number }): Quota | undefined
  close(): void
}

interface Options {
  readonly prefix: string
  /** How long a request waits for Redis at most, in milliseconds. */
  readonly deadline: number
  /** What every limit is multiplied by; 0 means no limits. */
  readonly factor: number
  readonly log: Logger
}

/** Connects in the background; until then, and whenever Redis is away, this process counts alone. */
export function createRateLimits(config: RedisConfig, options: Options): RateLimits {
  const { prefix, deadline, factor, log } = options
  // A write, since a server that only reads cannot count.
  const prepare = async (redis: Redis) => {
    await redis.set(`${prefix}:limit:probe`, '', 'EX', 60)
  }
  const link = redisLink(config, { deadline, log, prepare, name: 'the shared count of limits' })

  function quota(name: string, { limit: declared, window }: { limit: number; window: number }) {
    if (factor === 0) return undefined
    const limit = Math.max(1, Math.round(declared * factor))
    const settings = { keyPrefix: `${prefix}:limit:${name}`, points: limit, duration: window }
    const alone = new RateLimiterMemory(settings)
    let shared: RateLimiterRedis | undefined
    const sharedOn = (redis: Redis) => {
      shared ??= new RateLimiterRedis({ ...settings, storeClient: redis })
      return shared
    }
    type Limiter = RateLimiterMemory | RateLimiterRedis
    async function count<T>(work: (limiter: Limiter) => Promise<T>): Promise<T> {
      const attempt: Attempt<T> = await link.attempt((redis) => work(sharedOn(redis)))
      return attempt !== null && 'value' in attempt ? attempt.value : work(alone)
    }
    return {
      limit,
      window,
      spend: (subject) => count((limiter) => consume(limiter, subject)),
      isSpent: (subject) =>
        count(async (limiter) => ((await limiter.get(subject))?.consumedPoints ?? 0) >= limit),
      refund: (subject) => count(async (limiter) => void (await limiter.reward(subject))),
      renew: (subject) => count(async (limiter) => void (await limiter.delete(subject))),
    } satisfies Quota
  }
  return { quota, close: link.close }
}

/** rate-limiter-flexible rejects with the result, where there is nothing left. */
async function consume(limiter: RateLimiterMemory | RateLimiterRedis, subject: string) {
  const [isOver, { remainingPoints, msBeforeNext }] = await limiter.consume(subject).then(
    (spent) => [false, spent] as const,
    (over: unknown) => {
      if (over instanceof RateLimiterRes) return [true, over] as const
      throw over
    },
  )
  return {
    isOver,
    remaining: remainingPoints,
    resetIn: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  }
}
