// What must not compile. Each line under an @ts-expect-error is wrong in one way; the compiler fails
// where one of them passes. Nothing here runs: `npm test` type-checks it.
import type {
  Authenticators,
  Handler,
  Handlers,
  ManualCache,
  OperationId,
} from '../../src/contract.ts'
import type { Authenticators as Of } from '../../src/engine/types.ts'

const user = {} as Awaited<ReturnType<Handler<'getCurrentUser'>>>['body']
const handlers = {} as Handlers

// Right: the control of this experiment.
export const updateUser: Handler<'updateCurrentUser'> = ({ body }) => {
  const { name, username, email }: Record<string, string | null | undefined> = body
  return { status: 200, body: { ...user, name: String(name ?? username ?? email) } }
}
export const listUsers: Handler<'listUsers'> = ({ query }) => {
  // A parameter with a default is there; one without may be missing.
  const limit: number = query.limit
  const cursor: string | undefined = query.cursor
  return { status: 200, body: { items: [], nextCursor: `${limit}${cursor}` } }
}

// A missing operation.
const { getUser: _left, ...allButOne } = handlers
// @ts-expect-error getUser has no handler
export const missing: Handlers = allButOne

// An operation that the contract does not have.
// @ts-expect-error no such operation
export const unknown: OperationId = 'createNothing'
export const tooMany: Handlers = {
  ...handlers,
  // @ts-expect-error no such operation
  createNothing: updateUser,
}

// A status that the operation does not document, and an error status, which is thrown instead.
// @ts-expect-error 201 is not documented
export const otherStatus: Handler<'updateCurrentUser'> = () => ({ status: 201, body: user })
// @ts-expect-error 404 is thrown, not returned
export const errorStatus: Handler<'getUser'> = () => ({ status: 404 })

// A wrong body: missing, of another type, or incomplete.
// @ts-expect-error the body is missing
export const withoutBody: Handler<'updateCurrentUser'> = () => ({ status: 200 })
export const wrongBody: Handler<'getHealth'> = () => ({
  status: 200,
  // @ts-expect-error status is 'ok'
  body: { status: 'fine', version: '1' },
})
// @ts-expect-error the version is missing
export const incompleteBody: Handler<'getHealth'> = () => ({ status: 200, body: { status: 'ok' } })

// Reading what the contract lacks.
export const otherParameter: Handler<'getUser'> = ({ params }) => {
  // @ts-expect-error the parameter is called username
  throw new Error(params.userId)
}
export const otherQuery: Handler<'listUsers'> = ({ query }) => {
  // @ts-expect-error there is no such query parameter
  throw new Error(query.offset)
}
export const otherMember: Handler<'updateCurrentUser'> = ({ body }) => {
  // @ts-expect-error no user becomes a superuser by a change of the account
  throw new Error(body.isSuperuser)
}

// Using a principal where the operation is open to anyone.
export const anonymous: Handler<'getUser'> = ({ principal }) => {
  // @ts-expect-error there is none
  throw new Error(principal.id)
}

// Reading the caller, where callers share the response.
export const shared: Handler<'listUsers'> = ({ principal }) => {
  // @ts-expect-error callers share the response
  throw new Error(principal.id)
}
export const own: Handler<'getCurrentUser'> = ({ principal }) => {
  const id: string = principal.id
  // @ts-expect-error the key has the id alone: another session of the same user gets this response
  throw new Error(id + principal.sessionId)
}
export const filled: Handler<'getUser'> = (_request, context) => {
  context.log.debug('the operation')
  // @ts-expect-error a fill must not end because one caller hangs up
  context.signal.throwIfAborted()
  // @ts-expect-error a fill answers more requests than one
  throw new Error(context.requestId)
}
export const header: Handler<'getUser'> = ({ headers }) => {
  // @ts-expect-error the key has no headers
  throw new Error(headers['if-none-match'])
}

// The owner is there where the contract names one, under the name of its parameter.
export const owned: Handler<'deleteUser'> = ({ owner }) => {
  const { id, username }: Record<'id' | 'username', string> = owner
  // @ts-expect-error the parameter is called username
  throw new Error(id + username + owner.userId)
}
export const notOwned: Handler<'getCurrentUser'> = ({ owner }) => {
  // @ts-expect-error the operation has no x-owner
  throw new Error(owner.id)
}

// A write compares what a GET of the same URL shows.
export const compared: Handler<'updateUser'> = (_request, { ifMatch }) => {
  // @ts-expect-error a profile has a username and more
  ifMatch?.({ name: 'a name' })
  throw new Error('left out')
}

// The cache as code uses it: parameters that the operation lacks, that no write names, or too few of them.
const cache = {} as ManualCache
const profile = async () => undefined
export const kept = [
  cache.cached('getUser', { username: 'ada' }, profile),
  cache.cached('listUsers', {}, async () => undefined, { query: { limit: 5 } }),
  cache.cached('getCurrentUser', {}, async () => undefined, { principalId: 'x' }),
  cache.invalidate('getUser'),
  cache.invalidate('getUser', { username: 'ada' }),
  cache.invalidate('listSessions', {}, { principalId: 'x' }),
]
export const notKept = [
  // @ts-expect-error a write shows nothing that could be dropped
  cache.invalidate('login'),
  // @ts-expect-error the operation declares no cache
  cache.cached('getHealth', {}, async () => undefined),
  // @ts-expect-error the parameter is called username
  cache.invalidate('getUser', { userId: 'x' }),
  // @ts-expect-error a profile has no name parameter
  cache.invalidate('getUser', { username: 'ada', name: 'x' }),
  // @ts-expect-error the username is missing
  cache.cached('getUser', {}, profile),
  // @ts-expect-error what is loaded is no profile
  cache.cached('getUser', { username: 'ada' }, async () => ({ id: 1 })),
  // @ts-expect-error there is no such query parameter
  cache.cached('listUsers', {}, async () => undefined, { query: { offset: 5 } }),
  // @ts-expect-error each caller has their own
  cache.cached('getCurrentUser', {}, async () => undefined),
]

// A security scheme without an authenticator, and credentials of another form than those of the scheme.
// @ts-expect-error bearer has no authenticator
export const noAuthenticator: Authenticators = {}
type Schemes = { login: { type: 'basic' }; key: { type: 'header'; name: 'X-Key' } }
export const authenticators: Of<Schemes> = {
  login: async ({ username }) => ({ id: username, owns: {}, scopes: [] }),
  key: async (key) => (key.length > 9 ? { id: key, owns: {}, scopes: [] } : null),
}
export const wrongCredentials: Of<Schemes> = {
  ...authenticators,
  // @ts-expect-error Basic has a username and a password
  login: async (token: string) => ({ id: token, owns: {}, scopes: [] }),
}
