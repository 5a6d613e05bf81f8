// The contract suite finds wrong handlers. Each test serves a copy of the service with one mistake, as in
// production, where the service does not check itself. Slow because each copy is bundled and started.
import { afterEach, describe, expect, it } from 'vitest'
import type { OperationId } from '../../../src/contract.ts'
import { allCases } from '../../contract/suite/cases.ts'
import { isExempt } from '../../contract/suite/exemptions.ts'
import { violationsOfCase } from '../../contract/suite/run.ts'
import { realWorld } from '../../contract/suite/world.ts'
import { accountsIn, password } from '../../support/builders.ts'
import { copyOfProduct, type Mutation, startServers } from '../../support/servers.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

const production = {
  ENVIRONMENT: 'staging',
  BCRYPT_COST: '10',
  SECRET_KEY: 'a-secret-for-the-length-of-one-test',
  ADMIN_PASSWORD: password,
}

/** Returns what the suite reports for an operation of a service with this mistake. */
async function reportOf(mutation: Mutation, operation: OperationId): Promise<string> {
  const { folder, remove } = await copyOfProduct(mutation)
  stops.push(remove)
  const [server] = await startServers(folder, { ...service.env, ...production })
  if (server) stops.push(server.stop)
  const origin = `http://127.0.0.1:${server?.port}`
  const target = { name: 'url', origin, world: realWorld(origin, accountsIn(service)) } as const
  const cases = allCases().filter((it) => it.operation === operation)
  const provocable = cases.filter((it) => !isExempt('url', operation, it.status))
  const violations: string[] = []
  for (const one of provocable) violations.push(...(await violationsOfCase(target, one)))
  return violations.join('\n')
}

describe('the suite finds', () => {
  it.each([
    [
      'a different status',
      'getUser',
      {
        file: 'src/features/accounts/handlers.ts',
        from: 'return { status: 200, body: toPublicUser(user) }',
        to: 'return { status: 201 as 200, body: toPublicUser(user) }',
      },
      'getUser returns 500 instead of 200',
    ],
    [
      'a leaked field',
      'getHealth',
      {
        file: 'generated/serializers.js',
        from: `'{"status":' + string(v["status"]) + ',"version":'`,
        to: `'{"passwordHash":"x","status":' + string(v["status"]) + ',"version":'`,
      },
      'must NOT have additional properties',
    ],
    [
      'a missing check of ownership',
      'updateUser',
      {
        file: 'src/engine/steps/authorize.ts',
        from: "throw apiError('forbidden', 'This belongs to another user.')",
        to: 'return',
      },
      'updateUser returns 200 instead of 403',
    ],
    [
      'a query that ignores the owner',
      'deletePost',
      {
        file: 'src/features/posts/repository.ts',
        from: 'writeIf(db, precondition, byKey(author, id), (row) => row.patch(patch))',
        to: 'writeIf(db, precondition, (on) => PostModel.query(on).where({ id }), (row) => row.patch(patch))',
      },
      'deletePost returns 204 instead of 404',
    ],
    [
      'a missing header',
      'createPost',
      {
        file: 'src/features/posts/handlers.ts',
        from: "const headers = { Location: urlFor('getPost', { postId: post.id, ...params }) }",
        to: 'const headers = {}',
      },
      'createPost 201 lacks Location',
    ],
    [
      'a header that violates its schema',
      'createTask',
      {
        file: 'src/features/tasks/handlers.ts',
        from: "{ Location: urlFor('getTask', { taskId: task.id }) }",
        to: "{ Location: 'not a path' }",
      },
      'createTask 202 the header Location must match',
    ],
  ] as const)(
    '%s',
    async (_, operation, mutation, violation) => {
      expect(await reportOf(mutation, operation)).toContain(violation)
    },
    60_000,
  )
})
