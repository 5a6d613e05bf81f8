// The count of guesses by one process alone, with the same rules as the scripts in guesses.ts.
import { LRUCache } from 'lru-cache'

/** What attempts are counted by: `limit` failures within `window` seconds after the first one. */
export interface Tally {
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
export const tallyNames = ['account', 'pair', 'strictPair', 'address'] as const

export type Outcome = 'failed' | 'succeeded' | 'undone'

export type Begun =
  | { readonly state: 'begun'; readonly isStrict: boolean }
  /** A limit is reached; it is set back after this many milliseconds. */
  | { readonly state: 'spent'; readonly waitMs: number }
  /** Attempts that are under way might reach a limit. */
  | { readonly state: 'busy' }

/** For how many milliseconds an attempt holds its place when its process ends without a word. */
export const holdMs = 60_000

/** How many counts are kept: an address adds at most 50 names an hour before it is refused. */
const maxCounts = 100_000

export function guessesInMemory() {
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
