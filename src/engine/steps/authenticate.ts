// Who calls: the credentials of a request, the principals whose they are, and whether these may call the
// operation. `security` has alternatives, each with the schemes that it needs together.
import type { RequestContext } from '../context.ts'
import { type ApiError, apiError, type SecurityEvent } from '../errors.ts'
import type { Operation, SecurityScheme } from '../operation.ts'
import type { CallerBy, HandlerContext, Principal } from '../types.ts'
import {
  type BasicCredentials,
  type CredentialReader,
  type Credentials,
  credentialReader,
} from './credentials.ts'

/**
 * Finds the principal that credentials belong to; null or undefined where there is none. Credentials are
 * never empty. An error that it throws is not taken for wrong credentials.
 */
type Authenticator<Sent = Credentials> = (
  credentials: Sent,
  context: Pick<HandlerContext, 'log' | 'requestId' | 'clientAddress' | 'signal'>,
) => Promise<Principal | null | undefined>

/** One authenticator for each security scheme of a contract, none left out. */
export type Authenticators<Schemes> = {
  readonly [Name in keyof Schemes]: Authenticator<
    Schemes[Name] extends { readonly type: 'basic' } ? BasicCredentials : string
  >
}

export interface Security {
  readonly operations: Readonly<Record<string, Operation>>
  /** The schemes that operations name. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
  readonly authenticators: Readonly<Record<string, Authenticator<never>>>
}

/** One of the schemes that an operation names. */
interface Scheme extends CredentialReader {
  readonly name: string
  readonly find: Authenticator
}

/** What an operation asks of its callers. */
interface Access {
  readonly schemes: readonly Scheme[]
  /** Each the schemes that it needs, by their index, with the scopes of each. */
  readonly alternatives: readonly (readonly Requirement[])[]
  /** Whether an anonymous client may call. */
  readonly isOptional: boolean
  /** What a client has to send, in words. */
  readonly words: string
}

interface Requirement {
  readonly index: number
  readonly scopes: readonly string[]
}

/** Waits until a caller may be looked up; undefined if that may be at once. */
type TakeTurn = (context: RequestContext) => Promise<void> | undefined

/** Creates the step that finds the caller, and the error for a caller who is not found. */
export function accessControl(security: Security, takeTurn: TakeTurn) {
  const accesses = new Map<Operation, Access>()
  for (const operation of Object.values(security.operations)) {
    if (operation.security.length > 0) accesses.set(operation, accessOf(operation, security))
  }
  return {
    /**
     * Leaves the caller in the context. Returns undefined where there is nothing to wait for. The first
     * alternative whose credentials are all valid decides. A client that sends credentials is never taken
     * for an anonymous one.
     * @throws ApiError unauthenticated, and forbidden where a scope is missing.
     */
    authenticate(context: RequestContext, operation: Operation): Promise<void> | undefined {
      const access = accesses.get(operation)
      if (access === undefined) return undefined
      const sent = access.schemes.map((it) => it.read(context))
      if (sent.some((it) => it !== undefined)) return findCaller(context, access, sent, takeTurn)
      if (access.isOptional) return undefined
      throw unauthenticated(access, sent)
    },

    unauthenticated({ operation }: RequestContext): ApiError {
      const access = operation && accesses.get(operation)
      return unauthenticated(access ?? openAccess, [])
    },
  }
}

const openAccess: Access = { schemes: [], alternatives: [], isOptional: true, words: 'credentials' }

function accessOf({ security }: Operation, { securitySchemes, authenticators }: Security): Access {
  const names = [...new Set(security.flatMap((it) => Object.keys(it)))]
  const schemes = names.map((name) => {
    const scheme = securitySchemes[name]
    if (scheme === undefined) throw new Error(`there is no security scheme ${name}`)
    return { name, find: authenticators[name] as Authenticator, ...credentialReader(scheme) }
  })
  const all = security.map((it) =>
    Object.entries(it).map(([name, scopes]) => ({ index: names.indexOf(name), scopes })),
  )
  const alternatives = all.filter((it) => it.length > 0)
  const inWords = alternatives.map((it) =>
    it.map(({ index }) => schemes[index]?.words).join(' and '),
  )
  return {
    schemes,
    alternatives,
    isOptional: alternatives.length < all.length,
    words: [...new Set(inWords)].join(', or '),
  }
}

/** Returns the request headers in which an operation's credentials are sent. */
export function credentialHeaders(
  { security }: Operation,
  schemes: Security['securitySchemes'],
): string[] {
  const names = security.flatMap((it) => Object.keys(it))
  const headers = names.map((it) => schemes[it] && credentialReader(schemes[it]).vary)
  return [...new Set(headers.filter((it) => it !== undefined))]
}

type Sent = readonly (Credentials | null | undefined)[]
/** By the index of the scheme; null for wrong credentials, undefined where its authenticator was not asked. */
type Found = readonly (Principal | null | undefined)[]

async function findCaller(
  context: RequestContext,
  access: Access,
  sent: Sent,
  takeTurn: TakeTurn,
): Promise<void> {
  const turn = takeTurn(context)
  if (turn) await turn
  const found: (Principal | null | undefined)[] = []
  let lacksScopes = false
  for (const alternative of access.alternatives) {
    let isValid = true
    let hasScopes = true
    for (const { index, scopes } of alternative) {
      const credentials = sent[index] ?? null
      if (credentials === null) found[index] = null
      if (found[index] === undefined) {
        found[index] =
          (await access.schemes[index]?.find(credentials as Credentials, context)) ?? null
      }
      const principal = found[index]
      isValid &&= principal != null
      hasScopes &&= principal != null && scopes.every((it) => principal.scopes.includes(it))
      if (!isValid) break
    }
    if (isValid && hasScopes) return setCaller(context, access, alternative, found)
    lacksScopes ||= isValid
  }
  if (!lacksScopes) throw unauthenticated(access, sent, found)
  throw apiError('forbidden', 'This operation needs rights that the caller does not have.')
}

function setCaller(
  context: RequestContext,
  { schemes }: Access,
  alternative: readonly Requirement[],
  found: Found,
): void {
  const [only] = found
  if (schemes.length === 1 && only) {
    context.principal = only
    context.callerKey = only.id
    return
  }
  const all = alternative.map(({ index }) => ({
    name: schemes[index]?.name ?? '',
    who: found[index],
  }))
  const [first] = all
  if (!first?.who) throw new Error('an alternative without schemes was taken for a caller')
  const others = Object.fromEntries(all.slice(1).map(({ name, who }) => [name, who as Principal]))
  const expiries = all.map(({ who }) => who?.expiresAt ?? Number.POSITIVE_INFINITY)
  const expiresAt = Math.min(...expiries)
  context.principal = {
    ...first.who,
    ...(Number.isFinite(expiresAt) && { expiresAt }),
    ...{ scheme: first.name, others },
  } satisfies CallerBy
  // Two schemes may give the same id to different callers.
  context.callerKey = all
    .map(({ name, who }) => `${name}:${encodeURIComponent(who?.id ?? '')}`)
    .join('&')
}

/** Returns the 401 with a challenge for each scheme. */
function unauthenticated({ schemes, alternatives, words }: Access, sent: Sent, found: Found = []) {
  const challenges = schemes.map((it, index) =>
    it.challenge(sent[index] !== undefined && found[index] === null),
  )
  const isComplete = alternatives.some((it) => it.every(({ index }) => sent[index] !== undefined))
  const detail = isComplete ? 'The credentials are invalid or have expired.' : `Send ${words}.`
  const headers = { 'WWW-Authenticate': [...new Set(challenges)].join(', ') }
  const isWrong = sent.some((it, index) => it !== undefined && found[index] === null)
  return apiError('unauthenticated', detail, { headers, event: isWrong ? tokenInvalid : undefined })
}

/** Credentials that are wrong, have expired or were revoked. */
export const tokenInvalid: SecurityEvent = {
  name: 'token_invalid',
  message: 'invalid or expired credentials were sent',
}
