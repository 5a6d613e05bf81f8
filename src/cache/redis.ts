// A connection to the cache's Redis, made so that nobody waits for it: an attempt takes a deadline
// at most, and after a failed one all others are skipped until Redis has shown that it works again.
import { Redis, ReplyError } from 'ioredis'
import type { Logger } from '../lib/log.ts'

export interface RedisConfig {
  readonly host: string
  readonly port: number
  /** A user of Redis's access control list; the default one if undefined. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly db: number
  /** Undefined for a connection without TLS; `ca` replaces the authorities that Node trusts. */
  readonly tls?: { readonly ca?: string } | undefined
}

/** Returns what ioredis is given to connect. */
export function redisOptions({ host, port, username, password, db, tls }: RedisConfig) {
  return {
    ...{ host, port, db },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls: { ...tls } }),
  }
}

interface Options {
  /** For how long an attempt may take, in milliseconds. */
  readonly deadline: number
  readonly log: Logger
  /** What is out of use without Redis, in words. */
  readonly name: string
  /**
   * Called before Redis is used, each second while it is, and until it succeeds when it is not: what
   * has to hold for any other attempt to make sense. Rejects where it does not.
   */
  readonly prepare: (redis: Redis) => Promise<void>
}

/** The outcome of an attempt: without a value it failed, or was not even made. */
export type Attempt<T> = { readonly value: T } | { readonly error: unknown } | null

const skipped = Promise.resolve(null)

const heartbeat = 1000
const firstRetry = 100
const lastRetry = 2000
const settlesWithin = 500
const keepAliveMs = 10_000
/** How often in a row a check may fail before the connection is replaced. */
const failuresPerConnection = 2

/**
 * Has all that is sent to Redis in one turn of the event loop written by one system call, as
 * auto-pipelining would, without its look into the commands: 19 µs of a cached read under load.
 */
function gather({ stream }: Redis) {
  if (stream.writableCorked > 0) return
  stream.cork()
  setImmediate(() => stream.uncork())
}

/** Connects in the background, and again whenever the connection is lost. */
export function redisLink(config: RedisConfig, { deadline, log, name, prepare }: Options) {
  // Not with auto-pipelining: beside scripts it throws outside of any promise, and ends the process.
  const redis = new Redis({
    ...redisOptions(config),
    keepAlive: keepAliveMs,
    commandTimeout: deadline,
    connectTimeout: 2000,
    // For a good-bye; a connection that hangs has none.
    disconnectTimeout: 200,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(firstRetry * times, lastRetry),
  })
  let inUse = false
  let reported: boolean | undefined
  let reportedRefusal: string | undefined
  let lastError: unknown
  let failures = 0
  let retry = firstRetry
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let checking: Promise<void> | undefined
  /** The first check after a failure: a stall of this process looks like one of Redis. */
  let doubt: Promise<void> | undefined
  let settle = () => {}
  const settled = new Promise<void>((resolve) => {
    settle = resolve
    setTimeout(resolve, settlesWithin).unref()
  })

  function become(now: boolean, error?: unknown) {
    inUse = now
    settle()
    if (closed) return
    // What Redis itself says is worth a line, also after one that it could not be reached.
    const refusal = error instanceof ReplyError ? (error as Error).message : undefined
    const isNews = reported !== now || (refusal !== undefined && refusal !== reportedRefusal)
    reported = now
    reportedRefusal = refusal ?? (now ? undefined : reportedRefusal)
    if (!isNews) return
    if (now) log.info(`${name} is in use`)
    else log.warn({ err: error }, `${name} is out of use: see REDIS_CACHE_URL or REDIS_CACHE_HOST`)
  }

  function checkIn(milliseconds: number) {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(check, milliseconds).unref()
  }

  async function checkOnce() {
    try {
      if (redis.status !== 'ready') throw lastError ?? new Error('Redis is not connected')
      await prepare(redis)
      lastError = undefined
      failures = 0
      retry = firstRetry
      become(true)
      checkIn(heartbeat)
    } catch (error) {
      become(false, error)
      // A connection on which nothing comes back any more looks open for a quarter of an hour.
      failures = error instanceof ReplyError ? 0 : failures + 1
      if (failures >= failuresPerConnection && redis.status === 'ready') {
        failures = 0
        redis.disconnect(true)
      }
      checkIn(retry)
      retry = Math.min(retry * 2, lastRetry)
    }
  }

  function check(): Promise<void> {
    checking ??= checkOnce().finally(() => {
      checking = undefined
    })
    return checking
  }

  async function checkAgain() {
    await checking
    await check()
    doubt = undefined
  }

  function fail() {
    if (inUse) doubt ??= checkAgain()
    inUse = false
  }

  redis.on('error', (error: unknown) => {
    lastError = error
    log.debug({ err: error }, 'redis')
  })
  redis.on('ready', () => checkIn(0))
  redis.on('close', () => (inUse ? fail() : checkIn(0)))
  checkIn(lastRetry)

  /** Makes an attempt whatever the last one came to, where there is a connection. */
  async function insist<T>(work: (redis: Redis) => Promise<T>): Promise<Attempt<T>> {
    if (redis.status !== 'ready') return null
    gather(redis)
    try {
      return { value: await work(redis) }
    } catch (error) {
      fail()
      return { error }
    }
  }

  const attempt = <T>(work: (redis: Redis) => Promise<T>): Promise<Attempt<T>> =>
    inUse ? insist(work) : skipped

  return {
    /**
     * Makes an attempt, or skips it while Redis is out of use; never throws. A failure takes Redis
     * out of use.
     */
    attempt,

    /** The same, but after a failure it first waits for the check whether Redis is really away. */
    attemptSurely: <T>(work: (redis: Redis) => Promise<T>): Promise<Attempt<T>> =>
      doubt === undefined ? attempt(work) : doubt.then(() => attempt(work)),

    insist,
    /** Resolves when the first attempt has shown whether Redis can be used, or has taken too long. */
    settled,

    /** Gives the connection back. */
    close() {
      closed = true
      clearTimeout(timer)
      redis.disconnect()
    },
  }
}
