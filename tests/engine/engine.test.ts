// The engine on small contracts: it starts only when contract and handlers agree, grants no access by
// mistake, and sends nothing that is not declared.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, inject, it } from 'vitest'
import type { OperationObject } from '../../scripts/contract/document.ts'
import { createCache } from '../../src/cache/cache.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { responseCache } from '../../src/engine/steps/cache.ts'
import type { AnyHandler, Principal } from '../../src/engine/types.ts'
import { createApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/lib/log.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

interface Toy {
  operation?: OperationObject
  handlers?: Record<string, AnyHandler>
  bearer?: (token: string) => Promise<Principal | null>
  strict?: boolean
}

const silent = createLogger({ level: 'silent', part: 'test' })

function cacheOf(operations: Readonly<Record<string, Operation>>) {
  const server = { host: '127.0.0.1', port: inject('redisPort'), db: 0, deadline: 1000 }
  const store = createCache({ ...server, prefix: `toy-${randomUUID()}` }, silent)
  closers.push(store.close)
  return responseCache(store, operations)
}

/** What no contract says: open docs, no limits, nothing for browsers. */
const plainly = {
  docs: {
    access: 'anyone',
    scope: 'superuser',
    byToken: async () => null,
    byPassword: async () => null,
  },
  rateLimits: { quota: () => undefined },
  addressOf: () => 'anywhere',
  cors: [],
  headers: {},
  maxAge: 60,
  notReady: async () => undefined,
} as const

const nothing: AnyHandler = () => ({ status: 204 })

async function toyApp({ operation = toyOperation(), handlers, bearer, strict = false }: Toy) {
  const path = operation['x-owner'] ? `/things/{${operation['x-owner']}}` : '/thing'
  const schemas = { Thing: thing }
  const compiled = await compile(toyDocument({ [path]: { get: operation } }, schemas))
  const errors: unknown[] = []
  const app = createApp({
    ...compiled,
    handlers: handlers ?? { [operation.operationId]: nothing },
    authenticators: { bearer: bearer ?? (async () => null) },
    anyOwnerScope: 'superuser',
    owners: { thingId: async (value) => (value === 'none' ? undefined : `the owner of ${value}`) },
    bodyLimit: 1024,
    strict,
    ...plainly,
    cache: cacheOf(compiled.operations),
    log: silent,
  })
  app.on('error', (error) => errors.push(error))
  return { app, errors }
}

async function call(toy: Toy, path = '/toy/thing', token?: string) {
  const { app, errors } = await toyApp(toy)
  const server = createServer(app.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const headers: Record<string, string> = token ? { authorization: token } : {}
  const response = await fetch(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    {
      headers,
    },
  )
  return { status: response.status, headers: response.headers, text: await response.text(), errors }
}

const thing = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: { type: 'integer' }, note: { type: ['string', 'null'], maxLength: 10 } },
}
const getThing = toyOperation({ responses: ok({ $ref: '#/components/schemas/Thing' }, { id: 1 }) })
const answering = (body: unknown): Record<string, AnyHandler> => ({
  getThing: () => ({ status: 200, body }),
})

describe('the engine does not start, and names the operation', () => {
  it.each([
    [
      'a handler is missing',
      { handlers: {} },
      /getThing: the contract has it, but there is no handler/,
    ],
    [
      'a handler is too many',
      { handlers: { getThing: nothing, getOther: nothing } },
      /getOther: there is a handler/,
    ],
    [
      'nothing authenticates a scheme',
      { operation: toyOperation({ security: [{ cookie: [] }] }) },
      /getThing: nothing authenticates cookie/,
    ],
    [
      'nothing enforces a policy',
      { operation: toyOperation({ 'x-idempotent': true }) },
      /getThing: nothing enforces its idempotent policy/,
    ],
  ] as [string, Toy, RegExp][])('where %s', async (_, toy, message) => {
    await expect(toyApp(toy)).rejects.toThrow(message)
  })

  it('where an operation declares no security', async () => {
    const { operations, ...rest } = await compile(
      toyDocument({ '/thing': { get: toyOperation() } }),
    )
    const { security, ...undeclared } = { ...operations.getThing }
    const options = {
      ...rest,
      operations: JSON.parse(JSON.stringify({ getThing: undeclared })),
      handlers: { getThing: nothing },
      authenticators: { bearer: async () => null },
      bodyLimit: 1024,
      strict: false,
      ...plainly,
      cache: cacheOf({}),
      log: silent,
    }
    expect(() => createApp(options)).toThrow(/getThing: declares no security/)
  })
})

describe('access fails closed', () => {
  const secured = toyOperation({ security: [{ bearer: [] }] })
  const someone: Principal = { id: 'someone', owns: { thingId: 'mine' }, scopes: [] }

  it('grants access to a principal and to no other caller', async () => {
    const bearer = async (token: string) => (token === 'good' ? someone : null)
    expect((await call({ operation: secured, bearer }, undefined, 'Bearer good')).status).toBe(204)
    const anonymous = await call({ operation: secured, bearer })
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="api"',
    ])
    const forged = await call({ operation: secured, bearer }, undefined, 'Bearer bad')
    expect(forged.status).toBe(401)
    expect(forged.headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"')
    for (const header of [
      'good',
      'Basic good',
      'Bearer',
      'Bearer good extra',
      'Bearer good, Bearer good',
    ]) {
      expect((await call({ operation: secured, bearer }, undefined, header)).status, header).toBe(
        401,
      )
    }
  })

  it('answers 500, not 401, when the look-up of a token fails', async () => {
    const bearer = async () => {
      throw new Error('the lookup broke')
    }
    const answer = await call({ operation: secured, bearer }, undefined, 'Bearer good')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('the lookup broke')
    expect(answer.errors).toHaveLength(1)
  })

  it('requires the scopes of the contract', async () => {
    const operation = toyOperation({ security: [{ bearer: ['superuser'] }] })
    const as = (scopes: string[]) => async () => ({ ...someone, scopes })
    expect((await call({ operation, bearer: as([]) }, undefined, 'Bearer x')).status).toBe(403)
    expect(
      (await call({ operation, bearer: as(['superuser']) }, undefined, 'Bearer x')).status,
    ).toBe(204)
  })

  it('grants access to what x-owner guards to the owner and to superusers only', async () => {
    const parameters = [
      {
        name: 'thingId',
        in: 'path' as const,
        required: true,
        schema: { type: 'string', maxLength: 10 },
      },
    ]
    const operation = toyOperation({ security: [{ bearer: [] }], 'x-owner': 'thingId', parameters })
    const owners: unknown[] = []
    const handlers: Record<string, AnyHandler> = {
      getThing: ({ owner }: { owner: unknown }) => {
        owners.push(owner)
        return { status: 204 }
      },
    }
    const as = (principal: Partial<Principal>) => ({
      operation,
      handlers,
      bearer: async () => ({ ...someone, ...principal }),
    })
    const boss = as({ scopes: ['superuser'] })
    expect((await call(as({}), '/toy/things/mine', 'Bearer x')).status).toBe(204)
    expect((await call(as({}), '/toy/things/yours', 'Bearer x')).status).toBe(403)
    expect((await call(as({ owns: {} }), '/toy/things/undefined', 'Bearer x')).status).toBe(403)
    expect((await call(boss, '/toy/things/yours', 'Bearer x')).status).toBe(204)
    expect((await call(boss, '/toy/things/none', 'Bearer x')).status).toBe(404)
    expect(owners).toEqual([
      { id: 'someone', thingId: 'mine' },
      { id: 'the owner of yours', thingId: 'yours' },
    ])
  })
})

describe('a response', () => {
  it('carries what the contract declares and nothing else', async () => {
    const handlers = answering({ id: 1, note: null, passwordHash: 'secret' })
    const answer = await call({ operation: getThing, handlers })
    expect([answer.status, answer.text]).toEqual([200, '{"id":1,"note":null}'])
  })

  it.each([
    ['of another type', { id: '1' }],
    ['without what is required', {}],
    ['that is null', null],
    ['that is not a number', { id: Number.NaN }],
  ])('is an internal error with a body %s', async (_, body) => {
    const answer = await call({ operation: getThing, handlers: answering(body) })
    expect(answer.status).toBe(500)
    expect(answer.errors).toHaveLength(1)
  })

  it('is an internal error with a status that is not documented', async () => {
    const handlers: Record<string, AnyHandler> = { getThing: () => ({ status: 418 }) }
    const answer = await call({ operation: getThing, handlers })
    expect(answer.status).toBe(500)
    expect(String(answer.errors[0])).toContain('getThing answers 418')
  })

  it('is checked against the whole schema in development', async () => {
    const handlers = answering({ id: 1, note: 'longer than ten' })
    expect((await call({ operation: getThing, handlers })).status).toBe(200)
    const answer = await call({ operation: getThing, handlers, strict: true })
    expect(answer.status).toBe(500)
    expect(String(answer.errors[0])).toContain('/note')
  })

  describe('with a header', () => {
    const [response] = Object.values(getThing.responses)
    const schema = { type: 'integer', minimum: 1 }
    const headers = { 'X-Total': { required: true, schema } }
    const operation = { ...getThing, responses: { 200: { description: '', ...response, headers } } }

    it.each([
      [{}, 'lacks X-Total'],
      [{ 'X-Total': 'many' }, 'the header X-Total must be integer'],
      [{ 'X-Total': '0' }, 'the header X-Total must be >= 1'],
    ])('is checked against its schema in development: %j', async (sent, error) => {
      const handlers = { getThing: () => ({ status: 200, body: { id: 1 }, headers: sent }) }
      const answer = await call({ operation, handlers, strict: true })
      expect(answer.status).toBe(500)
      expect(String(answer.errors[0])).toContain(error)
    })

    it('passes when it fits its schema', async () => {
      const sent = { 'X-Total': '2' }
      const handlers = { getThing: () => ({ status: 200, body: { id: 1 }, headers: sent }) }
      expect((await call({ operation, handlers, strict: true })).status).toBe(200)
    })
  })
})
