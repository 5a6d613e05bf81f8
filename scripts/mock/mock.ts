// The mock of the contract: the service itself, with Prism's examples in place of its handlers. It accepts
// any token, and it rejects what does not fit the contract with the service's own errors. `npm run dev` and
// `npm run mock` (watch.ts) run it, and restart it when the contract changes.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import document from '../../generated/openapi.json' with { type: 'json' }
import { operations, securitySchemes } from '../../generated/operations.ts'
import { serializers } from '../../generated/serializers.js'
import { validators } from '../../generated/validators.js'
import { type Config, loadConfig, readEnvironment } from '../../src/config/config.ts'
import { hasFiles, type Operation } from '../../src/engine/operation.ts'
import { basePathOf, withServerVariables } from '../../src/engine/servers.ts'
import type { RateLimits } from '../../src/engine/steps/rate-limit.ts'
import type { Principal } from '../../src/engine/types.ts'
import { createApp } from '../../src/http/app.ts'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { servedDocument } from '../../src/http/served-document.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { createLogger } from '../../src/lib/log.ts'
import { temporaryFiles } from '../contract/try/service.ts'
import { loadDevelopmentConfig } from '../dev/settings.ts'
import { exampleHandlers } from './examples.ts'
import { withLogin } from './login.ts'

/** The scope of those who may do what an owner may. */
const anyOwnerScope = 'any-owner'

/** The principal of all credentials, who may do everything. */
const caller: Principal = {
  id: '00000000-0000-7000-8000-000000000000',
  owns: {},
  scopes: [anyOwnerScope, ...scopesOf(operations)],
}

/**
 * Serves the mock on loopback and returns a function that closes it.
 * @throws Error if the port is taken.
 */
export async function startMock({
  port,
  config = loadConfig({}),
}: {
  port: number
  config?: Config
}): Promise<{ close(): Promise<void> }> {
  const { clientCacheSeconds: maxAge, docs, http } = config
  const log = createLogger({ level: 'warn', part: 'mock' })
  const headers = securityHeaders({ hstsSeconds: 0 })
  const contract = withServerVariables(document, http.serverVariables)
  const basePath = basePathOf(contract)
  const examples = await exampleHandlers(document, operations)
  const app = createApp({
    basePath,
    operations: forExamples(operations),
    validators,
    serializers,
    handlers: withLogin(examples, { config, basePath }),
    securitySchemes,
    authenticators: acceptingAll(Object.keys(securitySchemes)),
    anyOwnerScope,
    owners: ownersOf(operations),
    document: () => servedDocument(contract, operations, { info: docs.info, maxAge }),
    docs: {
      access: 'anyone',
      scope: 'superuser',
      byToken: async () => null,
      byPassword: async () => null,
    },
    maxAge,
    notReady: async () => undefined,
    bodyLimit: http.bodyLimit,
    ...(Object.values(operations).some(hasFiles) && { files: await temporaryFiles() }),
    // A response that `Prefer` names compares no `If-Match`, which strictness asks for.
    strict: false,
    rateLimits: unspent,
    addressOf: () => 'anywhere',
    headers,
    cors: http.origins,
    log,
  })
  const { server } = createHttpServer(app, headers)
  await new Promise<void>((listening, fail) => {
    server.once('error', fail).listen(port, '127.0.0.1', listening)
  })
  return {
    close() {
      server.closeAllConnections()
      return new Promise((closed) => server.close(() => closed()))
    },
  }
}

/** Returns the operations without idempotency keys: the mock stores nothing that a key could repeat. */
function forExamples(all: Readonly<Record<string, Operation>>): Record<string, Operation> {
  const changed = Object.entries(all).map(([id, operation]): [string, Operation] => {
    const { idempotent, ...rest } = operation
    return [id, rest]
  })
  return Object.fromEntries(changed)
}

/** Returns authenticators that take any credentials. */
function acceptingAll(schemes: readonly string[]): Record<string, () => Promise<Principal>> {
  return Object.fromEntries(schemes.map((it) => [it, async () => caller]))
}

/** Returns all scopes that operations ask for. */
function scopesOf(all: Readonly<Record<string, Operation>>): string[] {
  return Object.values(all).flatMap(({ security }) =>
    security.flatMap((it) => Object.values(it).flat()),
  )
}

/** Returns owners who are all the caller. */
function ownersOf(all: Readonly<Record<string, Operation>>) {
  const names = Object.values(all).flatMap(({ owner }) => owner ?? [])
  return Object.fromEntries(names.map((it) => [it, async () => caller.id]))
}

/** The limits of the contract, none of which is ever reached. */
const unspent: Pick<RateLimits, 'quota'> = {
  quota: (_name, { limit, window }) => ({
    limit,
    window,
    spend: async () => ({ isOver: false, remaining: limit, resetIn: window }),
  }),
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const config = loadDevelopmentConfig(readEnvironment())
  await startMock({ port: config.development.mockPort, config })
}
