// Attempts at something secret: those that failed, counted in a window of time, and those under way. An
// attempt holds a place from before it is made until its outcome is known, so failures never exceed a
// limit, and a success costs nothing. Counted in Redis for all processes together; while Redis is away
// each process counts for itself.
// The count of guesses by one process alone, with the same rules as the scripts in guesses.ts.

import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import type { Attempt } from '../cache/redis.ts'

export interface Guesses {
  /** Begins an attempt where all limits leave a place. */
  begin(tallies: Tallies): Promise<Exclude<Begun, { state: 'begun' }> | BegunAttempt>
}

interface BegunAttempt {
  readonly state: 'begun'
  /** Notes the outcome; never throws. */
  end(outcome: Outcome): Promise<void>
}

type Try = <T>(work: (redis: Redis) => Promise<T>) => Promise<Attempt<T>>

interface Options {
  /** Of the keys in Redis. */
  readonly prefix: string
  /** Multiplies a limit as the configuration says. */
  readonly scaled: (limit: number) => number
}

export function guesses(attempt: Try, { prefix, scaled }: Options): Guesses {
  const alone = guessesInMemory()
  const keysOf = (tallies: Tallies) =>
    tallyNames.flatMap((name) => {
      const key = `${prefix}:${tallies[name].key}`
      return [key, `${key}:now`]
    })
  return {
    async begin(declared) {
      const id = randomUUID()
      const tallies = scaledBy(scaled, declared)
      const limits = tallyNames.map((name) => tallies[name].limit)
      const shared = await attempt(async (redis): Promise<Begun> => {
        const [state, detail] = await run(redis, 'beginGuess', keysOf(tallies), [
          ...[id, holdMs],
          ...limits,
        ])
        if (state === 'begun') return { state, isStrict: detail === 1 }
        return state === 'spent' ? { state, waitMs: Number(detail) } : { state: 'busy' }
      })
      const begun = shared !== null && 'value' in shared ? shared.value : alone.begin(id, tallies)
      if (begun.state !== 'begun') return begun
      const { isStrict } = begun
      return {
        state: 'begun',
        async end(outcome) {
          const windows = tallyNames.map((name) => tallies[name].window * 1000)
          const noted = await attempt((redis) =>
            run(redis, 'endGuess', keysOf(tallies), [id, outcome, isStrict ? 1 : 0, ...windows]),
          )
          // Where it began here it ends here, and what Redis could not be told is counted here.
          const isTold = noted !== null && 'value' in noted
          alone.end(id, tallies, isTold && outcome === 'failed' ? 'undone' : outcome, isStrict)
        },
      }
    },
  }
}

function scaledBy(scaled: Options['scaled'], tallies: Tallies): Tallies {
  const one = (tally: Tally): Tally => ({ ...tally, limit: scaled(tally.limit) })
  const { account, pair, strictPair, address } = tallies
  return {
    account: one(account),
    pair: one(pair),
    strictPair: one(strictPair),
    address: one(address),
  }
}

const scripts = {
  beginGuess: `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id, hold = ARGV[1], tonumber(ARGV[2])
local function failed(i) return tonumber(redis.call('GET', KEYS[2 * i - 1]) or '0') end
local function both(i)
  redis.call('ZREMRANGEBYSCORE', KEYS[2 * i], '-inf', now)
  return failed(i) + redis.call('ZCARD', KEYS[2 * i])
end
local function limit(i) return tonumber(ARGV[2 + i]) end
local strict = both(1) >= limit(1)
local counted = { strict and 3 or 2, 4 }
local wait = 0
for _, i in ipairs(counted) do
  if failed(i) >= limit(i) then wait = math.max(wait, 1, redis.call('PTTL', KEYS[2 * i - 1])) end
end
if wait > 0 then return { 'spent', wait } end
for _, i in ipairs(counted) do
  if both(i) >= limit(i) then return { 'busy' } end
end
for _, i in ipairs({ 1, counted[1], 4 }) do
  redis.call('ZADD', KEYS[2 * i], now + hold, id)
  redis.call('PEXPIRE', KEYS[2 * i], hold)
end
return { 'begun', strict and 1 or 0 }`,
  endGuess: `
local id, outcome = ARGV[1], ARGV[2]
for _, i in ipairs({ 1, ARGV[3] == '1' and 3 or 2, 4 }) do
  redis.call('ZREM', KEYS[2 * i], id)
  if outcome == 'failed' and redis.call('INCR', KEYS[2 * i - 1]) == 1 then
    redis.call('PEXPIRE', KEYS[2 * i - 1], ARGV[3 + i])
  end
end
if outcome == 'succeeded' then redis.call('DEL', KEYS[3], KEYS[5]) end
return { 'noted' }`,
}

type Script = (count: number, ...args: (string | number)[]) => Promise<[string, unknown?]>

/** By its hash, once Redis knows it: ioredis sees to that. */
function run(
  redis: Redis,
  name: keyof typeof scripts,
  keys: string[],
  args: readonly (string | number)[],
) {
  if (!(name in redis)) redis.defineCommand(name, { lua: scripts[name] })
  const script = Reflect.get(redis, name) as Script
  return script.call(redis, keys.length, ...keys, ...args)
}

/** What attempts are counted by: `limit` failures within `window` seconds after the first one. */
interface Tally {
  readonly key: string
  readonly limit: number
  readonly window: number
}

/**
 * The tallies of one attempt. An attempt fails in three of them: in `account`, in `address`, and in
 * `pair`, or where the account has reached its limit in `strictPair` instead. The account itself
 * refuses nothing. A success clears both pairs.
 */
export type Tallies = Readonly<Record<(typeof tallyNames)[number], Tally>>
const tallyNames = ['account', 'pair', 'strictPair', 'address'] as const

export type Outcome = 'failed' | 'succeeded' | 'undone'

type Begun =
  | { readonly state: 'begun'; readonly isStrict: boolean }
  /** A limit is reached; it is set back after this many milliseconds. */
  | { readonly state: 'spent'; readonly waitMs: number }
  /** Attempts that are under way might reach a limit. */
  | { readonly state: 'busy' }

/** For how many milliseconds an attempt holds its place when its process ends without a word. */
const holdMs = 60_000

/** How many counts are kept: an address adds at most 50 names an hour before it is refused. */
const maxCounts = 100_000

function guessesInMemory() {
  const failures = new LRUCache<string, number>({ max: maxCounts })
  const flights = new Map<string, Map<string, number>>()

  const failed = ({ key }: Tally) => failures.get(key) ?? 0

  const remaining = ({ key }: Tally) => Math.max(1, failures.getRemainingTTL(key))

  function underWay({ key }: Tally): number {
    const all = flights.get(key)
    if (all === undefined) return 0
    const now = Date.now()
    for (const [id, until] of all) if (until <= now) all.delete(id)
    return all.size
  }

  function land({ key }: Tally, id: string) {
    const all = flights.get(key)
    if (all?.delete(id) && all.size === 0) flights.delete(key)
  }

  const counted = ({ pair, strictPair, address }: Tallies, isStrict: boolean) => [
    isStrict ? strictPair : pair,
    address,
  ]

  return {
    begin(id: string, tallies: Tallies): Begun {
      const { account } = tallies
      const isStrict = failed(account) + underWay(account) >= account.limit
      const limits = counted(tallies, isStrict)
      const spent = limits.filter((it) => failed(it) >= it.limit)
      if (spent.length > 0) {
        return { state: 'spent', waitMs: Math.max(...spent.map(remaining)) }
      }
      if (limits.some((it) => failed(it) + underWay(it) >= it.limit)) return { state: 'busy' }
      for (const { key } of [account, ...limits]) {
        const all = flights.get(key) ?? new Map<string, number>()
        flights.set(key, all.set(id, Date.now() + holdMs))
      }
      return { state: 'begun', isStrict }
    },

    end(id: string, tallies: Tallies, outcome: Outcome, isStrict: boolean) {
      for (const tally of [tallies.account, ...counted(tallies, isStrict)]) {
        land(tally, id)
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
