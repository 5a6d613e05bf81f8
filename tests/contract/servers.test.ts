// The server URLs of a contract: each form that OpenAPI allows gives a base path, or a rule says why
// it cannot.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Document } from '../../scripts/contract/document.ts'
import { generateOperations } from '../../scripts/contract/operations.ts'
import { basePathOf, type Server, withServerVariables } from '../../src/engine/servers.ts'
import { responseCache } from '../../src/engine/steps/cache.ts'
import { createApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/lib/log.ts'
import { StartError } from '../../src/lib/process.ts'
import { lint } from '../support/lint.ts'
import { compile, toyDocument, toyOperation } from '../support/toy-contract.ts'

function at(servers: Server[] | undefined, path = '/thing'): Document {
  const document = toyDocument({ [path]: { get: toyOperation() } })
  const { servers: _own, ...rest } = document
  return servers === undefined ? rest : { ...rest, servers }
}

const variable = (value: string, ...more: string[]) => ({
  default: value,
  ...(more.length > 0 && { enum: [value, ...more] }),
})

const working: [string, Server[] | undefined, string][] = [
  ['a path', [{ url: '/api/v1' }], '/api/v1'],
  ['a path with a slash at its end', [{ url: '/api/v1/' }], '/api/v1'],
  ['the root', [{ url: '/' }], ''],
  ['an empty URL', [{ url: '' }], ''],
  ['no servers', undefined, ''],
  ['an empty list', [], ''],
  ['another host', [{ url: 'https://api.example.com/v1' }], '/v1'],
  ['another host and a port', [{ url: 'http://localhost:8080/a/b/' }], '/a/b'],
  ['another host without a path', [{ url: 'https://api.example.com' }], ''],
  ['a host without a scheme', [{ url: '//api.example.com/v1' }], '/v1'],
  [
    'variables in host and path',
    [
      {
        url: 'https://{region}.example.com:{port}/{version}',
        variables: { region: variable('eu', 'us'), port: variable('443'), version: variable('v2') },
      },
    ],
    '/v2',
  ],
  [
    'variables for the scheme and for all of the path',
    [
      {
        url: '{scheme}://example.com{path}',
        variables: { scheme: variable('https', 'http'), path: variable('/v2', '/v3') },
      },
    ],
    '/v2',
  ],
  [
    'several servers with one path',
    [{ url: 'https://api.example.com/v1' }, { url: 'https://staging.example.com/v1/' }],
    '/v1',
  ],
]

/** Starts the engine on a contract, sends a GET to each path and returns the statuses. */
async function ask(document: Document, paths: readonly string[]): Promise<number[]> {
  const compiled = { ...(await compile(document)), basePath: basePathOf(document) }
  const noCache = responseCache(
    {
      get: async () => ({ state: 'unused', failed: false }),
      set: async () => false,
      startInvalidation: async () => undefined,
      extendInvalidation: async () => {},
      finishInvalidation: async () => true,
      abandonInvalidation: async () => true,
    },
    compiled.operations,
  )
  const app = createApp({
    ...compiled,
    handlers: { getThing: () => ({ status: 204 }) },
    authenticators: { bearer: async () => null },
    docs: {
      access: 'anyone',
      scope: 'superuser',
      byToken: async () => null,
      byPassword: async () => null,
    },
    rateLimits: { quota: () => undefined },
    addressOf: () => 'anywhere',
    notReady: async () => undefined,
    cache: noCache,
    log: createLogger({ level: 'silent', part: 'test' }),
    ...{ cors: [], headers: {}, maxAge: 60, bodyLimit: 1024, strict: false },
  })
  const server = createServer(app.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const answers = await Promise.all(paths.map((it) => fetch(origin + it)))
  server.closeAllConnections()
  server.close()
  return answers.map((it) => it.status)
}

describe('the base path', () => {
  it.each(working)('is the path of the server URL: %s', async (_, servers, basePath) => {
    const document = at(servers)
    expect(basePathOf(document)).toBe(basePath)
    expect(generateOperations(document)).toContain(`"basePath": "${basePath}"`)
    expect(lint(document)).toEqual([])
    const system = ['/livez', '/readyz', '/docs', '/docs/start.js', '/openapi.json']
    const paths = [`${basePath}/thing`, `${basePath}/nothing`, `/other${basePath}/thing`, ...system]
    expect(await ask(document, paths)).toEqual([204, 404, 404, ...system.map(() => 200)])
  })

  it('leaves the system routes where they are, when a contract at the root has a parameter', async () => {
    const parameters = [
      { name: 'name', in: 'path' as const, required: true, schema: { type: 'string' } },
    ]
    const document = toyDocument({ '/{name}': { get: toyOperation({ parameters }) } })
    const statuses = await ask({ ...document, servers: [{ url: '/' }] }, [
      '/ada',
      '/livez',
      '/docs',
    ])
    expect(statuses).toEqual([204, 200, 200])
  })
})

describe('the variables of the first server URL', () => {
  const region = variable('eu', 'us')
  const url = 'https://{region}.example.com/{version}'
  const document = at([{ url, variables: { region, version: { default: 'v1' } } }])

  it('have other values by configuration', async () => {
    const configured = withServerVariables(document, { version: 'v2', region: 'us' })
    expect(configured.servers?.[0]?.variables).toEqual({
      region: { ...region, default: 'us' },
      version: { default: 'v2' },
    })
    expect(await ask(configured, ['/v2/thing', '/v1/thing'])).toEqual([204, 404])
  })

  it.each([
    [{ tenant: 'a' }, `${url} has no variable tenant`],
    [{ constructor: 'a' }, `${url} has no variable constructor`],
    [{ region: 'asia' }, `region in ${url} must be one of eu, us, not asia`],
    [{ version: '../docs' }, `/../docs cannot be the path of ${url}`],
  ])('have no values such as %o', (values, message) => {
    expect(() => withServerVariables(document, values)).toThrow(new StartError(message))
  })

  it('are none for a contract without servers', () => {
    expect(withServerVariables(at(undefined), {})).not.toHaveProperty('servers')
  })
})

describe('the rules report', () => {
  it.each([
    [
      'a value of a variable that is no path',
      at([{ url: '/{v}', variables: { v: variable('v1', 'v?') } }]),
      'the path may have letters',
    ],
    ['an undeclared variable', at([{ url: '/{v}' }]), 'the variable v is not declared'],
    ['a query', at([{ url: '/v1?x=1' }]), 'the path may have letters'],
    ['a fragment', at([{ url: 'https://example.com/#v1' }]), 'the path may have letters'],
    ['dots for segments', at([{ url: '/a/../b' }]), 'the path may have letters'],
    ['an empty segment', at([{ url: '/a//b' }]), 'the path may have letters'],
    ['a colon in the path', at([{ url: '/a:b' }]), 'the path may have letters'],
    ['a path among the files of the docs', at([{ url: '/docs' }]), 'the service itself answers'],
    ['a path of the system', at([{ url: '/' }], '/livez'), 'the service itself answers /livez'],
  ])('%s', (_, document, reason) => {
    expect(lint(document).join('\n')).toContain(reason)
  })

  it('a token URL that is no POST of the contract', () => {
    const document = at([{ url: '/v1' }])
    const flows = { password: { tokenUrl: '/login', scopes: {} } }
    document.components.securitySchemes = { bearer: { type: 'oauth2', flows } }
    const message = 'the tokenUrl /login is no POST of this contract'
    expect(lint(document).join('\n')).toContain(message)
  })
})
