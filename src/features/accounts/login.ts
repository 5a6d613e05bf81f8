// Whose password this is. The one place where a login is tried, whoever asks.
// Guessing passwords, made slow: by what has failed for an account from one address, from one address
// at all accounts, and at an account from everywhere. No account is ever closed: while many addresses
// fail at one, each of them gets a single try, and so does its owner from an address of their own.
// A correct password is no guess: an attempt that others in flight leave no place for waits for them.
// From credentials to the principal whom the engine's access rules are checked against.

import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pLimit, { type LimitFunction } from 'p-limit'
import { type Principal, rateLimited, unavailable } from '../../contract.ts'
import type { Guesses, Outcome, Tallies } from '../../security/guesses.ts'
import type { Passwords } from '../../security/passwords.ts'
import type { Tokens } from '../../security/tokens.ts'

export interface Account {
  readonly id: string
  readonly username: string
  readonly passwordHash: string
  readonly isSuperuser: boolean
  readonly sessionGeneration: number
}

interface Dependencies {
  /** By username or email. */
  readonly findUser: (login: string) => Promise<Account | undefined>
  readonly passwords: Passwords
  readonly guard: LoginGuard
}

export interface Credentials {
  readonly login: string
  readonly password: string
}

export type CheckPassword = (
  credentials: Credentials,
  address: string,
) => Promise<Account | undefined>

/**
 * An unknown user and a wrong password take the same work and give the same nothing.
 * @throws ApiError rate_limited where too many tries have failed.
 */
export function checkPassword({ findUser, passwords, guard }: Dependencies): CheckPassword {
  return async ({ login, password }, address) => {
    const end = await guard(login, address)
    let outcome: Outcome = 'undone'
    try {
      const user = await findUser(login)
      outcome = (await passwords.verify(password, user?.passwordHash)) ? 'succeeded' : 'failed'
      return outcome === 'succeeded' ? user : undefined
    } finally {
      await end(outcome)
    }
  }
}

const minutes = 60
const hour = 60 * minutes

/** How many attempts of a process may wait for others, and for how many milliseconds each. */
const maxWaiting = 200
const maxWaitMs = 10_000
const pauseMs = 20

/**
 * Lets an attempt through, and is told what came of it.
 * @throws ApiError rate_limited where too many have failed, unavailable where too many wait.
 */
export type LoginGuard = (login: string, address: string) => Promise<End>
type End = (outcome: Outcome) => Promise<void>

/** @param guesses where nothing is limited, there are none. */
export function loginGuard(guesses: Guesses | undefined): LoginGuard {
  return guesses === undefined ? async () => async () => {} : guardBy(guesses)
}

function guardBy(guesses: Guesses): LoginGuard {
  const lines = new Map<string, { readonly enter: LimitFunction; users: number }>()
  let waiting = 0

  /** Runs `work` for one caller of a key at a time, in the order in which they came. */
  async function inLine<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = lines.get(key) ?? { enter: pLimit(1), users: 0 }
    lines.set(key, line)
    line.users += 1
    try {
      return await line.enter(work)
    } finally {
      line.users -= 1
      if (line.users === 0) lines.delete(key)
    }
  }

  async function begin(tallies: Tallies, deadline: number): Promise<End> {
    for (;;) {
      const begun = await guesses.begin(tallies)
      if (begun.state === 'begun') return begun.end
      if (begun.state === 'spent') throw rateLimited(Math.ceil(begun.waitMs / 1000))
      if (Date.now() > deadline) throw tooMany()
      await pause(pauseMs)
    }
  }

  return async (login, from) => {
    // Names and addresses of any length and alphabet make keys of one sort.
    const name = createHash('sha256').update(login.toLowerCase()).digest('base64url')
    const pair = `${name}:${from}`
    const tallies = {
      account: { key: `account:${name}`, limit: 50, window: hour },
      pair: { key: `pair:${pair}`, limit: 5, window: 15 * minutes },
      strictPair: { key: `pair-attacked:${pair}`, limit: 1, window: 15 * minutes },
      address: { key: `address:${from}`, limit: 50, window: hour },
    }
    if (waiting >= maxWaiting) throw tooMany()
    waiting += 1
    const deadline = Date.now() + maxWaitMs
    try {
      return await inLine(pair, () => begin(tallies, deadline))
    } finally {
      waiting -= 1
    }
  }
}

const tooMany = () => unavailable('Too many logins wait to be checked.')

/** The scope of superusers, who may act on what belongs to others. */
export const superuserScope = 'superuser'

export interface Identity {
  readonly id: string
  readonly username: string
  readonly isSuperuser: boolean
}

/** What a user may reach: their own, and as a superuser what belongs to others. */
export function principalOf(user: Identity, sessionId?: string): Principal {
  const { id, username, isSuperuser } = user
  const scopes = isSuperuser ? [superuserScope] : []
  return { id, owns: { username, userId: id }, scopes, sessionId }
}

interface TokenDependencies {
  /** The user of a session that has not ended. */
  readonly findUser: (userId: string, sessionId: string) => Promise<Identity | undefined>
  readonly tokens: Tokens
}

/**
 * Whose access token this is, null when it is nobody's any more. User and session are loaded for each
 * request, in one query, so that a logout, a deletion, a rename or a change of rights holds at once.
 */
export function principalOfToken({ findUser, tokens }: TokenDependencies) {
  return async (token: string): Promise<Principal | null> => {
    const subject = tokens.verify(token)
    if (subject === null) return null
    const { userId, sessionId } = subject
    const user = await findUser(userId, sessionId)
    return user === undefined ? null : principalOf(user, sessionId)
  }
}
