// Attempts to guess a secret: failures within a window of time, and pending attempts. An attempt reserves
// its place before it starts, so failures never exceed a limit, and a success is not counted. Redis
// counts for all processes together; while Redis is unavailable each process counts for itself.
import { randomUUID } from 'node:crypto'
import type { Redis, Result } from 'ioredis'
import { LRUCache } from 'lru-cache'
import type { Attempt } from '../cache/redis.ts'

/** One counter: `limit` failures within `window` seconds after the first one. */
interface Tally {
  readonly key: string
  readonly limit: number
  readonly window: number
}

const tallyNames = ['account', 'pair', 'strictPair', 'address'] as const

/**
 * The counters of one attempt. A failure counts in `account`, in `address`, and in `pair`, or in
 * `strictPair` instead once the account has reached its limit. The account itself rejects no attempt. A
 * success clears both pairs.
 */
export type Tallies = Readonly<Record<(typeof tallyNames)[number], Tally>>

export type Outcome = 'failed' | 'succeeded' | 'undone'

type Rejection =
  /** A limit is reached; its window ends after this many milliseconds. */
  | { readonly state: 'exhausted'; readonly waitMs: number }
  /** Pending attempts may reach a limit. */
  | { readonly state: 'busy' }

type Start = Rejection | { readonly state: 'started'; readonly isStrict: boolean }

interface StartedAttempt {
  readonly state: 'started'
  /** Records the outcome; never throws. */
  finish(outcome: Outcome): Promise<void>
}

export interface Guesses {
  /** Starts an attempt if all limits have a place for it. */
  start(tallies: Tallies): Promise<Rejection | StartedAttempt>
}

type Try = <T>(work: (redis: Redis) => Promise<T>) => Promise<Attempt<T>>

interface Options {
  /** The start of the keys in Redis. */
  readonly prefix: string
  /** Multiplies a limit by the configured factor. */
  readonly scaled: (limit: number) => number
}

/** How many milliseconds an attempt keeps its place if its process ends without an outcome. */
const holdMs = 60_000

export function guesses(attempt: Try, { prefix, scaled }: Options): Guesses {
  const local = localGuesses()
  const keysOf = (tallies: Tallies) =>
    tallyNames.flatMap((name) => {
      const key = `${prefix}:${tallies[name].key}`
      return [key, `${key}:now`]
    })
  return {
    async start(unscaled) {
      const id = randomUUID()
      const tallies = scaleLimits(scaled, unscaled)
      const keys = keysOf(tallies)
      const shared = await attempt((redis) => {
        const limits = tallyNames.map((name) => tallies[name].limit)
        return withCommands(redis).startGuess(keys.length, ...keys, id, holdMs, ...limits)
      })
      const isShared = shared !== null && 'value' in shared
      const start = isShared ? parseStart(shared.value) : local.start(id, tallies)
      if (start.state !== 'started') return start
      const { isStrict } = start
      return {
        state: 'started',
        async finish(outcome) {
          const recorded = await attempt((redis) => {
            const windows = tallyNames.map((name) => tallies[name].window * 1000)
            const args = [id, outcome, isStrict ? 1 : 0, ...windows]
            return withCommands(redis).finishGuess(keys.length, ...keys, ...args)
          })
          // An attempt that started here also finishes here, and a failure that Redis misses counts here.
          const isRecorded = recorded !== null && 'value' in recorded
          local.finish(
            id,
            tallies,
            isRecorded && outcome === 'failed' ? 'undone' : outcome,
            isStrict,
          )
        },
      }
    },
  }
}

function scaleLimits(scaled: Options['scaled'], tallies: Tallies): Tallies {
  const scale = (tally: Tally): Tally => ({ ...tally, limit: scaled(tally.limit) })
  const { account, pair, strictPair, address } = tallies
  return {
    account: scale(account),
    pair: scale(pair),
    strictPair: scale(strictPair),
    address: scale(address),
  }
}

function parseStart([state, detail]: [string, unknown?]): Start {
  if (state === 'started') return { state, isStrict: detail === 1 }
  return state === 'exhausted' ? { state, waitMs: Number(detail) } : { state: 'busy' }
}

const startGuess = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id, hold = ARGV[1], tonumber(ARGV[2])
local function failed(i) return tonumber(redis.call('GET', KEYS[2 * i - 1]) or '0') end
local function total(i)
  redis.call('ZREMRANGEBYSCORE', KEYS[2 * i], '-inf', now)
  return failed(i) + redis.call('ZCARD', KEYS[2 * i])
end
local function limit(i) return tonumber(ARGV[2 + i]) end
local strict = total(1) >= limit(1)
local counted = { strict and 3 or 2, 4 }
local wait = 0
for _, i in ipairs(counted) do
  if failed(i) >= limit(i) then wait = math.max(wait, 1, redis.call('PTTL', KEYS[2 * i - 1])) end
end
if wait > 0 then return { 'exhausted', wait } end
for _, i in ipairs(counted) do
  if total(i) >= limit(i) then return { 'busy' } end
end
for _, i in ipairs({ 1, counted[1], 4 }) do
  redis.call('ZADD', KEYS[2 * i], now + hold, id)
  redis.call('PEXPIRE', KEYS[2 * i], hold)
end
return { 'started', strict and 1 or 0 }`

const finishGuess = `
local id, outcome = ARGV[1], ARGV[2]
for _, i in ipairs({ 1, ARGV[3] == '1' and 3 or 2, 4 }) do
  redis.call('ZREM', KEYS[2 * i], id)
  if outcome == 'failed' and redis.call('INCR', KEYS[2 * i - 1]) == 1 then
    redis.call('PEXPIRE', KEYS[2 * i - 1], ARGV[3 + i])
  end
end
if outcome == 'succeeded' then redis.call('DEL', KEYS[3], KEYS[5]) end
return { 'recorded' }`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    startGuess(count: number, ...args: (string | number)[]): Result<[string, unknown?], Context>
    finishGuess(count: number, ...args: (string | number)[]): Result<unknown, Context>
  }
}

/** Defines the scripts once per connection; ioredis sends their hashes. */
function withCommands(redis: Redis): Redis {
  if (!Object.hasOwn(redis, 'startGuess')) {
    redis.defineCommand('startGuess', { lua: startGuess })
    redis.defineCommand('finishGuess', { lua: finishGuess })
  }
  return redis
}

/** How many counters are kept: an address adds at most 50 names an hour before it is rejected. */
const maxCounts = 100_000

/** Counts in this process, by the rules of the scripts. */
function localGuesses() {
  const failures = new LRUCache<string, number>({ max: maxCounts })
  const pending = new Map<string, Map<string, number>>()

  const failed = ({ key }: Tally) => failures.get(key) ?? 0
  const remaining = ({ key }: Tally) => Math.max(1, failures.getRemainingTTL(key))

  function pendingCount({ key }: Tally): number {
    const attempts = pending.get(key)
    if (attempts === undefined) return 0
    const now = Date.now()
    for (const [id, until] of attempts) if (until <= now) attempts.delete(id)
    return attempts.size
  }

  function removePending({ key }: Tally, id: string) {
    const attempts = pending.get(key)
    if (attempts?.delete(id) && attempts.size === 0) pending.delete(key)
  }

  const counted = ({ pair, strictPair, address }: Tallies, isStrict: boolean) => [
    isStrict ? strictPair : pair,
    address,
  ]

  return {
    start(id: string, tallies: Tallies): Start {
      const { account } = tallies
      const isStrict = failed(account) + pendingCount(account) >= account.limit
      const limits = counted(tallies, isStrict)
      const exhausted = limits.filter((it) => failed(it) >= it.limit)
      if (exhausted.length > 0) {
        return { state: 'exhausted', waitMs: Math.max(...exhausted.map(remaining)) }
      }
      if (limits.some((it) => failed(it) + pendingCount(it) >= it.limit)) return { state: 'busy' }
      for (const { key } of [account, ...limits]) {
        const attempts = pending.get(key) ?? new Map<string, number>()
        pending.set(key, attempts.set(id, Date.now() + holdMs))
      }
      return { state: 'started', isStrict }
    },

    finish(id: string, tallies: Tallies, outcome: Outcome, isStrict: boolean) {
      for (const tally of [tallies.account, ...counted(tallies, isStrict)]) {
        removePending(tally, id)
        if (outcome !== 'failed') continue
        const before = failures.get(tally.key)
        if (before === undefined) failures.set(tally.key, 1, { ttl: tally.window * 1000 })
        // A time to live of zero would mean forever.
        else failures.set(tally.key, before + 1, { ttl: remaining(tally) })
      }
      if (outcome !== 'succeeded') return
      failures.delete(tallies.pair.key)
      failures.delete(tallies.strictPair.key)
    },
  }
}
