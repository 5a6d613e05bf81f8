// Rate limits through rate-limiter-flexible. Redis counts for all processes together; while Redis is
// unavailable each process counts for itself, so that a limit always applies.
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { type RedisConfig, redisLink } from '../cache/redis.ts'
import type { Quota, RateLimits } from '../engine/steps/rate-limit.ts'
import type { Logger } from '../lib/log.ts'
import { type Guesses, guesses } from './guesses.ts'

interface Limits extends RateLimits {
  /** Undefined if the factor is 0. */
  readonly guesses: Guesses | undefined
  close(): void
}

interface Options {
  readonly prefix: string
  /** How long a request waits for Redis, in milliseconds. */
  readonly deadline: number
  /** Multiplies every limit; 0 turns limits off. */
  readonly factor: number
  readonly log: Logger
}

/** Connects in the background. Close it with `close()`. */
export function createRateLimits(config: RedisConfig, options: Options): Limits {
  const { prefix, deadline, factor, log } = options
  // A write, since a read-only server cannot count.
  const prepare = async (redis: Redis) => {
    await redis.set(`${prefix}:limit:probe`, '', 'EX', 60)
  }
  const link = redisLink(config, { deadline, log, prepare, name: 'the shared count of limits' })

  const scaled = (limit: number) => Math.max(1, Math.round(limit * factor))

  function quota(name: string, { limit: declared, window }: { limit: number; window: number }) {
    if (factor === 0) return undefined
    const limit = scaled(declared)
    const settings = { keyPrefix: `${prefix}:limit:${name}`, points: limit, duration: window }
    const local = new RateLimiterMemory(settings)
    let shared: RateLimiterRedis | undefined
    const sharedOn = (redis: Redis) => {
      shared ??= new RateLimiterRedis({ ...settings, storeClient: redis })
      return shared
    }
    return {
      limit,
      window,
      async spend(subject) {
        const attempt = await link.attempt((redis) => consume(sharedOn(redis), subject))
        return attempt !== null && 'value' in attempt ? attempt.value : consume(local, subject)
      },
    } satisfies Quota
  }
  return {
    quota,
    guesses:
      factor === 0 ? undefined : guesses(link.attempt, { prefix: `${prefix}:guess`, scaled }),
    close: link.close,
  }
}

/** Consumes one point; rate-limiter-flexible rejects with the result if none is left. */
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
