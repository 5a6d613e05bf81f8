// The order of the steps of a request, taken from requests that run, against the table in the docs.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OperationObject } from '../../scripts/contract/document.ts'
import type { RequestContext } from '../../src/engine/context.ts'
import type { OperationValidators, Serializer } from '../../src/engine/operation.ts'
import { responseCache } from '../../src/engine/steps/cache.ts'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

/** The steps of the table, from the one that matches on. */
function documentedSteps(): string[] {
  const page = readFileSync('docs/architecture.md', 'utf8')
  const [, section = ''] = page.split('## A request, step by step')
  const [, ...rows] = section.split('|---|---|---|\n')[1]?.split('\n\n')[0]?.split('\n| ') ?? []
  const steps = rows.map((row) => row.replaceAll('**', '').split(/ \||:/)[0] ?? '')
  return steps.slice(steps.indexOf('match'))
}

let steps: string[] = []
const step = (name: string) => {
  if (steps.at(-1) !== name) steps.push(name)
}

/** Reports a step when it sets a property of the context. */
function watchSet(context: RequestContext, property: keyof RequestContext, name: string) {
  let current: unknown = context[property]
  Object.defineProperty(context, property, {
    get: () => current,
    set(value) {
      current = value
      if (value !== undefined) step(name)
    },
  })
}

/** Reports a step when it reads a header. */
function watchHeader(context: RequestContext, header: string, name: string) {
  const value = context.headers[header]
  Object.defineProperty(context.headers, header, {
    enumerable: true,
    get() {
      step(name)
      return value
    },
  })
}

function watch(context: RequestContext) {
  steps = []
  watchSet(context, 'operation', 'match')
  watchSet(context, 'requestBody', 'body')
  watchSet(context, 'pathValues', 'parameters')
  watchSet(context, 'owner', 'find the owner')
  watchHeader(context, 'authorization', 'authenticate')
  watchHeader(context, 'accept', 'media types')
  if (context.method === 'GET') {
    watchHeader(context, 'if-none-match', 'conditional response of a read')
  }
  const { res } = context.ctx
  const { writeHead } = res
  res.writeHead = (...head: unknown[]) => {
    step('send')
    return Reflect.apply(writeHead, res, head)
  }
}

const text = { type: 'string', maxLength: 10 }
const parameters = [
  { name: 'thingId', in: 'path' as const, required: true, schema: text },
  { name: 'Idempotency-Key', in: 'header' as const, schema: text },
]
const write: Partial<OperationObject> = {
  security: [{ bearer: ['write'] }],
  'x-owner': 'thingId',
  'x-invalidates': ['getThing'],
  'x-idempotent': true,
  parameters,
  requestBody: { required: true, content: { 'application/json': { schema: text } } },
  responses: ok(text, 'x'),
}
const document = toyDocument({
  '/things/{thingId}': {
    get: toyOperation({
      security: [{ bearer: [] }],
      'x-cache': {},
      parameters: parameters.slice(0, 1),
      responses: ok(text, 'x'),
    }),
    post: toyOperation({
      ...write,
      operationId: 'limitedByAddress',
      'x-rate-limit': { limit: 9, window: 1, by: 'ip' },
    }),
    put: toyOperation({
      ...write,
      operationId: 'limitedByPrincipal',
      'x-rate-limit': { limit: 9, window: 1, by: 'principal' },
    }),
  },
})

const serialized =
  (serialize: Serializer): Serializer =>
  (value) => {
    step('serialize')
    return serialize(value)
  }

function validated(validators: OperationValidators): OperationValidators {
  const { path } = validators.parameters
  const watched = (value: unknown) => {
    step('validate')
    return path(value)
  }
  return { ...validators, parameters: { ...validators.parameters, path: watched } }
}

let service: Awaited<ReturnType<typeof serveEngine>>

beforeAll(async () => {
  const compiled = await compile(document)
  const each = <T>(table: Readonly<Record<string, T>>, change: (value: T) => T) =>
    Object.fromEntries(Object.entries(table).map(([key, value]) => [key, change(value)]))
  const handler = () => {
    step('handler')
    return { status: 200, body: 'x' }
  }
  const cacheStep = "cache get of a read, start of a write's invalidation"
  const store = {
    async get() {
      step(cacheStep)
      return { state: 'marked' } as const
    },
    set: async () => true,
    startInvalidation: async () => step(cacheStep),
    extendInvalidation: async () => {},
    async finishInvalidation() {
      step("finish of a write's invalidation")
      return true
    },
    abandonInvalidation: async () => true,
  }
  const principal = {
    id: 'someone',
    owns: { thingId: 'mine' },
    get scopes() {
      step('authorize')
      return ['write']
    },
  }
  service = await serveEngine(
    {
      ...plainEngine,
      ...compiled,
      strict: false,
      validators: each(compiled.validators, validated),
      serializers: each(compiled.serializers, (table) => each(table, serialized)),
      handlers: { getThing: handler, limitedByAddress: handler, limitedByPrincipal: handler },
      authenticators: { bearer: async () => principal },
      rateLimits: {
        quota: (id) => ({
          limit: 9,
          window: 1,
          async spend() {
            step(id === 'limitedByAddress' ? 'rate limit by address' : 'rate limit by principal')
            return { isOver: false, remaining: 8, resetIn: 1 }
          },
        }),
      },
      cache: responseCache(store, compiled.operations),
      idempotency: {
        async once(_keyed, work) {
          step('idempotency key of a write')
          return work(undefined)
        },
      },
    },
    watch,
  )
})
afterAll(() => service.stop())

const headers = {
  authorization: 'Bearer x',
  accept: 'application/json',
  'content-type': 'application/json',
  'idempotency-key': 'key',
}
const requests = [
  ['a cached read', 'GET', {}],
  ['a write that is limited by address', 'POST', { body: '"x"', headers }],
  ['a write that is limited by principal', 'PUT', { body: '"x"', headers }],
] as const

describe('the steps of a request', () => {
  const seen = new Set<string>()

  it.each(requests)('run in the order of the docs: %s', async (name, method, init) => {
    const response = await fetch(`${service.url}/toy/things/mine`, { method, headers, ...init })
    expect([response.status, await response.text()]).toEqual([200, '"x"'])
    console.log(`${name}: ${steps.join(' -> ')}`)
    expect(steps).toEqual(documentedSteps().filter((it) => steps.includes(it)))
    for (const it of steps) seen.add(it)
  })

  it('are all in the docs, and all of the docs run', () => {
    expect([...seen].sort()).toEqual(documentedSteps().sort())
  })
})
