// Calls each secured operation as each kind of caller. The expected status follows from `security` and
// `x-owner` in the contract.
// Takes over 5 s, because it has a case for each caller of each operation. It is in `npm test`, because a
// hole in access control must not last until CI.
import { randomUUID } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { operations } from '../../generated/operations.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { OperationId } from '../../src/contract.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { person, superuser } from '../support/builders.ts'
import { worldOf } from '../support/past-the-api.ts'
import { useService } from '../support/service.ts'
import { pathParameters } from './suite/cases.ts'
import { successes } from './suite/requests.ts'
import { send, violationsOf } from './suite/run.ts'

const service = useService()
const callers = [
  'anonymous',
  'another user',
  'the owner',
  'a superuser',
  'a deleted user',
  'an ended session',
  'an expired token',
  'a forged token',
  'an unsigned token',
  'a malformed token',
] as const
type Caller = (typeof callers)[number]

/** Operations on a resource by its id that every user may call. */
const shared: readonly string[] = []

const needsScope = ({ security }: Operation) =>
  security.every((it) => Object.values(it).some((scopes) => scopes.length > 0))

/** Whether anyone may read what a path leads to. */
const isPublic = ({ path }: Operation) =>
  Object.values<Operation>(operations).some(
    (it) => it.path === path && it.method === 'get' && it.security.length === 0,
  )

function expected(operation: Operation, caller: Caller): 'ok' | number {
  const { operationId, owner, responses } = operation
  if (!['another user', 'the owner', 'a superuser'].includes(caller)) return 401
  if (needsScope(operation)) return caller === 'a superuser' ? 'ok' : 403
  if (caller === 'the owner') return 'ok'
  const { whose, which } = pathParameters(operation)
  if (whose.length > 0 || which.length === 0) {
    const isForbidden = caller === 'another user' && owner !== undefined && whose.includes(owner)
    return isForbidden ? 403 : 'ok'
  }
  // Where the path does not name the owner, the resource exists only for its owner, unless everyone sees it.
  if (responses[403] !== undefined) return caller === 'another user' ? 403 : 'ok'
  return shared.includes(operationId) || isPublic(operation) ? 'ok' : 404
}

/** Returns an invalid variant of a user's token. */
function tokenOf(caller: Caller, token: string): string {
  const { secret } = loadConfig(service.env).auth.tokens
  const { header, payload } = jwt.decode(token, { complete: true }) as jwt.Jwt
  const claims = payload as jwt.JwtPayload
  const past = Math.floor(Date.now() / 1000) - 60
  if (caller === 'an expired token') return jwt.sign({ ...claims, exp: past }, secret, { header })
  if (caller === 'a forged token') return jwt.sign(claims, randomUUID(), { header })
  if (caller === 'an unsigned token') {
    return jwt.sign(claims, null, { algorithm: 'none', header: { ...header, alg: 'none' } })
  }
  return 'not.a.token'
}

async function as(
  caller: Caller,
  owner: { token: string },
): Promise<{ token: string } | undefined> {
  if (caller === 'anonymous') return undefined
  if (caller === 'the owner') return owner
  if (caller === 'another user') return person(service)
  if (caller === 'a superuser') return superuser(service)
  if (caller === 'a deleted user') {
    const someone = await person(service)
    await service.api.as(someone).delete(`/users/${someone.username}`)
    return someone
  }
  if (caller === 'an ended session') {
    const someone = await person(service)
    await service.api.as(someone).post('/logout')
    return someone
  }
  return { ...owner, token: tokenOf(caller, owner.token) }
}

const secured = Object.values<Operation>(operations).filter((it) => it.security.length > 0)
describe.each(secured.map((it) => [it.operationId as OperationId, it] as const))(
  '%s',
  (id, operation) => {
    it.each(callers)('called by %s', async (caller) => {
      const sent = await successes[id](worldOf(service))
      // Superusers alone call these, so the owner is a user like any other.
      const owner = needsScope(operation) || !sent.as ? await person(service) : sent.as
      const answer = await send(service.url, id, { ...sent, as: await as(caller, owner) })
      const wanted = expected(operation, caller)
      const outcome = answer.status < 300 ? 'ok' : answer.status
      expect(outcome, answer.text).toBe(wanted)
      expect(violationsOf(id, operation.method, answer)).toEqual([])
    })
  },
)
