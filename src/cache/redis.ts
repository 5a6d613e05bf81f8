// A connection to Redis that never blocks a request for long: an attempt takes at most a deadline. After a
// failed attempt, all others are skipped until a check in the background succeeds.
import { Redis, ReplyError } from 'ioredis'
import { rejectionOf } from '../lib/async.ts'
import type { Logger } from '../lib/log.ts'

export interface RedisConfig {
  readonly host: string
  readonly port: number
  /** A user of Redis's access control list; the default user if undefined. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly db: number
  /** Undefined for a connection without TLS. `ca` replaces the authorities that Node trusts. */
  readonly tls?: { readonly ca?: string } | undefined
}

/** Returns the options with which ioredis connects. */
export function redisOptions({ host, port, username, password, db, tls }: RedisConfig) {
  return {
    ...{ host, port, db },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls: { ...tls } }),
  }
}

interface LinkOptions {
  /** How long an attempt may take, in milliseconds. */
  readonly deadline: number
  readonly log: Logger
  /** What needs this connection, for the log. */
  readonly name: string
  /**
   * Checks and prepares Redis before it is used, each second while it is used, and until it succeeds while
   * it is not. Rejects if Redis cannot be used.
   */
  readonly prepare: (redis: Redis) => Promise<void>
}

/** The outcome of an attempt: a value, an error, or null if it was skipped. */
export type Attempt<T> = { readonly value: T } | { readonly error: unknown } | null

const skipped = Promise.resolve(null)

const heartbeat = 1000
const firstRetry = 100
const lastRetry = 2000
const settlesWithin = 500
const keepAliveMs = 10_000
/** How many checks in a row may fail before the connection is replaced. */
const failuresPerConnection = 2

/**
 * Writes everything that is sent in one turn of the event loop with one system call. It costs less than
 * the auto-pipelining of ioredis, which inspects each command.
 */
function gather({ stream }: Redis) {
  if (stream.writableCorked > 0) return
  stream.cork()
  setImmediate(() => stream.uncork())
}

/** Connects in the background, and again whenever the connection is lost. */
export function redisLink(config: RedisConfig, { deadline, log, name, prepare }: LinkOptions) {
  // No auto-pipelining: together with scripts, it can throw outside of any promise and end the process.
  const redis = new Redis({
    ...redisOptions(config),
    keepAlive: keepAliveMs,
    commandTimeout: deadline,
    connectTimeout: 2000,
    // For a silent connection, which does not acknowledge its end.
    disconnectTimeout: 200,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(firstRetry * times, lastRetry),
  })
  let inUse = false
  let reported: boolean | undefined
  let reportedReply: string | undefined
  let lastError: unknown
  let failures = 0
  let retry = firstRetry
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let checking: Promise<void> | undefined
  /** The first check after a failure: a blocked event loop looks like a silent Redis. */
  let doubt: Promise<void> | undefined
  let settle = () => {}
  const settled = new Promise<void>((resolve) => {
    settle = resolve
    setTimeout(resolve, settlesWithin).unref()
  })

  function setInUse(now: boolean, error?: unknown) {
    inUse = now
    settle()
    if (closed) return
    // An error reply or a wrong certificate is logged even after a line that Redis cannot be reached.
    const reply = error instanceof ReplyError ? (error as Error).message : rejectionOf(error)
    const isNews = reported !== now || (reply !== undefined && reply !== reportedReply)
    reported = now
    reportedReply = reply ?? (now ? undefined : reportedReply)
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
      setInUse(true)
      checkIn(heartbeat)
    } catch (error) {
      setInUse(false, error)
      // A silent connection would look open for many minutes.
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

  /** Makes an attempt if there is a connection, even if the last attempt failed. */
  async function attemptAnyway<T>(work: (redis: Redis) => Promise<T>): Promise<Attempt<T>> {
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
    inUse ? attemptAnyway(work) : skipped

  return {
    /** Makes an attempt, or skips it while Redis is not in use. Never rejects. */
    attempt,

    /** Does the same, but after a failure it waits for the check whether Redis is really unavailable. */
    attemptAfterCheck: <T>(work: (redis: Redis) => Promise<T>): Promise<Attempt<T>> =>
      doubt === undefined ? attempt(work) : doubt.then(() => attempt(work)),

    attemptAnyway,

    /** Resolves when the first check has succeeded or failed, or after half a second. */
    settled,

    /** Closes the connection. */
    close() {
      closed = true
      clearTimeout(timer)
      redis.disconnect()
    },
  }
}
