// From credentials to a user: passwords, with limits on guessing, and tokens.
//
// Failed logins are counted per account and address, per address, and per account. No account is ever
// locked: while many addresses fail at one account, each of them, and so the owner's, has one attempt.
// A correct password is not counted: an attempt that has no free place waits for the pending ones.
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pLimit, { type LimitFunction } from 'p-limit'
import { clientGone, type Principal, rateLimited, unavailable } from '../../contract.ts'
import type { Guesses, Outcome, Tallies } from '../../security/guesses.ts'
import type { Passwords } from '../../security/passwords.ts'
import type { Tokens } from '../../security/tokens.ts'
import type { User } from './model.ts'

/** The scope of superusers, who may act on resources of other users. */
export const superuserScope = 'superuser'

type Identity = Pick<User, 'id' | 'username' | 'isSuperuser'>

/** Returns the principal of a user: their own resources, and a superuser's scope. */
export function toPrincipal(user: Identity, sessionId?: string, expiresAt?: number): Principal {
  const { id, username, isSuperuser } = user
  const scopes = isSuperuser ? [superuserScope] : []
  return { id, owns: { username, userId: id }, scopes, sessionId, expiresAt }
}

interface TokenDeps {
  readonly users: {
    findBySession(userId: string, sessionId: string): Promise<Identity | undefined>
  }
  readonly tokens: Tokens
}

/**
 * Returns the authenticator of access tokens. It loads user and session in one query at each request, so
 * that a logout, a deletion, a rename or a change of rights takes effect at once.
 */
export function tokenAuthenticator({ users, tokens }: TokenDeps) {
  return async (token: string): Promise<Principal | null> => {
    const subject = tokens.verify(token)
    if (subject === null) return null
    const { userId, sessionId, expiresAt } = subject
    const user = await users.findBySession(userId, sessionId)
    return user === undefined ? null : toPrincipal(user, sessionId, expiresAt)
  }
}

/** Hashes a name, so that names of any length and alphabet make similar keys. */
const hashOf = (login: string) =>
  createHash('sha256').update(login.toLowerCase()).digest('base64url')

/** Returns what the log calls the account of a login: the name itself may be a mistyped password. */
export const accountOf = (login: string) => hashOf(login).slice(0, 16)

interface PasswordDeps {
  readonly users: { findByLogin(login: string): Promise<User | undefined> }
  readonly passwords: Passwords
  /** Undefined if logins have no limits. */
  readonly guesses: Guesses | undefined
}

interface Credentials {
  /** A username or an email address. */
  readonly login: string
  readonly password: string
}

export type CheckPassword = (
  credentials: Credentials,
  address: string,
  signal?: AbortSignal,
) => Promise<User | undefined>

/**
 * Returns the check of a login, which returns the user if the password is correct. An unknown user costs
 * the same work as a wrong password. An attempt whose signal has aborted is not started.
 * @throws ApiError rate_limited after too many failures, unavailable if too many attempts wait.
 */
export function passwordCheck({ users, passwords, guesses }: PasswordDeps): CheckPassword {
  const limit = guesses === undefined ? async () => async () => {} : loginLimit(guesses)
  return async ({ login, password }, address, signal) => {
    const finish = await limit(login, address, signal)
    let outcome: Outcome = 'undone'
    try {
      const user = await users.findByLogin(login)
      outcome = (await passwords.verify(password, user?.passwordHash, signal))
        ? 'succeeded'
        : 'failed'
      return outcome === 'succeeded' ? user : undefined
    } finally {
      await finish(outcome)
    }
  }
}

const minutes = 60
const hour = 60 * minutes

/** How many attempts of a process may wait for others, and for how many milliseconds each. */
const maxWaiting = 200
const maxWaitMs = 10_000
const pauseMs = 20

/** Records the outcome of an attempt. */
type Finish = (outcome: Outcome) => Promise<void>

const tooManyWaiting = () => unavailable('Too many logins wait to be checked.')

/** Returns a function that waits until an attempt from an address at an account may start. */
function loginLimit(guesses: Guesses) {
  const queues = new Map<string, { readonly limit: LimitFunction; size: number }>()
  let waiting = 0

  /** Runs `work` for one caller per key at a time, in the order of their calls. */
  async function enqueue<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = queues.get(key) ?? { limit: pLimit(1), size: 0 }
    queues.set(key, queue)
    queue.size += 1
    try {
      return await queue.limit(work)
    } finally {
      queue.size -= 1
      if (queue.size === 0) queues.delete(key)
    }
  }

  async function start(
    tallies: Tallies,
    deadline: number,
    { account, signal }: { account: string; signal: AbortSignal | undefined },
  ): Promise<Finish> {
    for (;;) {
      if (signal?.aborted) throw clientGone()
      const attempt = await guesses.start(tallies)
      if (attempt.state === 'started') return attempt.finish
      if (attempt.state === 'exhausted') {
        const event = {
          ...({ name: 'login_limited', level: 'warn', fields: { account } } as const),
          message: 'a login was rejected, because too many have failed',
        }
        throw rateLimited(Math.ceil(attempt.waitMs / 1000), event)
      }
      if (Date.now() > deadline) throw tooManyWaiting()
      await pause(pauseMs)
    }
  }

  return async (login: string, address: string, signal?: AbortSignal): Promise<Finish> => {
    const name = hashOf(login)
    const pair = `${name}:${address}`
    const tallies = {
      account: { key: `account:${name}`, limit: 50, window: hour },
      pair: { key: `pair:${pair}`, limit: 5, window: 15 * minutes },
      strictPair: { key: `pair-attacked:${pair}`, limit: 1, window: 15 * minutes },
      address: { key: `address:${address}`, limit: 50, window: hour },
    }
    if (waiting >= maxWaiting) throw tooManyWaiting()
    waiting += 1
    const deadline = Date.now() + maxWaitMs
    const caller = { account: accountOf(login), signal }
    try {
      return await enqueue(pair, () => start(tallies, deadline, caller))
    } finally {
      waiting -= 1
    }
  }
}

interface CookieOptions {
  /** Whether browsers send the cookie over https only: everywhere but on a local machine. */
  readonly secure: boolean
  /** How many seconds a browser keeps the cookie. */
  readonly lifetime: number
  /** The path of the operation that takes the cookie. */
  readonly path: string
}

/** How a client sends and receives refresh tokens, in a cookie or in the body. The mock shares this. */
export type RefreshCookie = ReturnType<typeof refreshCookie>

/**
 * Returns values of `Set-Cookie` (RFC 6265) that set and clear the refresh token. Scripts and other sites
 * cannot read the cookie, and browsers send it to one operation only.
 */
export function refreshCookie({ secure, lifetime, path }: CookieOptions) {
  const scope = `Path=${path}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  return {
    set: (token: string) => `refresh_token=${token}; Max-Age=${lifetime}; ${scope}`,
    clear: `refresh_token=; Max-Age=0; ${scope}`,
  }
}

/** `nowhere` is for a page of another site, which must neither receive nor replace the cookie. */
export type TokenPlace = 'cookie' | 'body' | 'nowhere'

interface Login {
  readonly body: { readonly refresh_token_in?: 'cookie' | 'body' }
  readonly headers: { readonly 'sec-fetch-site'?: string }
}

/** Returns where the response to a login carries the refresh token. */
export function tokenPlaceAtLogin({ body, headers }: Login): TokenPlace {
  const place = body.refresh_token_in ?? 'cookie'
  return place === 'cookie' && headers['sec-fetch-site'] === 'cross-site' ? 'nowhere' : place
}

interface Refresh {
  readonly body?: { readonly refresh_token?: string | null } | undefined
  readonly cookies: { readonly refresh_token?: string }
}

/** Returns the refresh token of a request and where the next one goes. The body precedes the cookie. */
export function sentToken({ body, cookies }: Refresh) {
  const inBody = body?.refresh_token ?? undefined
  return inBody === undefined
    ? ({ token: cookies.refresh_token, place: 'cookie' } as const)
    : ({ token: inBody, place: 'body' } as const)
}
