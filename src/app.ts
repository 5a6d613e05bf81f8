// Where the rooms meet: what each of them needs is built here and handed in. Processes and tests are
// composed by the same functions; the worker's is in worker-app.ts.
import document from '../generated/openapi.json' with { type: 'json' }

import { serializeProblem, serializers } from '../generated/serializers.js'
import { validators } from '../generated/validators.js'
import { createCache } from './cache/cache.ts'
import type { Config } from './config/config.ts'
import { contract, type Handlers, type ManualCache, operations } from './contract.ts'
import { closeDatabase, createDatabase } from './db/connection.ts'
import { databaseApiError } from './db/errors.ts'
import { databaseTurns } from './db/pool.ts'
import { databaseReadiness } from './db/readiness.ts'
import { responseCache } from './engine/steps/cache.ts'
import { createPages } from './engine/urls.ts'
import { sessionHandlers, userHandlers } from './features/accounts/handlers.ts'
import {
  passwordCheck,
  superuserScope,
  tokenAuthenticator,
  toPrincipal,
} from './features/accounts/login.ts'
import { refreshCookie } from './features/accounts/refresh-cookie.ts'
import { refreshTokens } from './features/accounts/refresh-tokens.ts'
import { userRepository } from './features/accounts/repository.ts'
import { sessionRepository } from './features/accounts/session-repository.ts'
import { healthHandlers } from './features/health/handlers.ts'
import { postHandlers } from './features/posts/handlers.ts'
import { postRepository } from './features/posts/repository.ts'
import { taskHandlers } from './features/tasks/handlers.ts'
import { taskRepository } from './features/tasks/repository.ts'
import { createApp } from './http/app.ts'
import { clientAddresses } from './http/client-address.ts'
import { securityHeaders } from './http/security-headers.ts'
import { documentUnder, servedDocument } from './http/served-document.ts'
import type { Clock } from './lib/clock.ts'
import type { Logger } from './lib/log.ts'
import { idempotency } from './security/idempotency.ts'
import { deriveKeys } from './security/keys.ts'
import { bcryptPasswords } from './security/passwords.ts'
import { createRateLimits } from './security/rate-limits.ts'
import { jwtTokens } from './security/tokens.ts'

export interface Surroundings {
  readonly config: Config
  readonly log: Logger
  readonly clock: Clock
}

/**
 * The HTTP application, listening nowhere yet, and the headers of all its answers. `settled` resolves
 * when it should listen, `announceStop` makes it not ready, `close` gives back what it holds.
 */
export function composeApi({ config, log, clock }: Surroundings) {
  let isStopping = false
  const db = createDatabase(config.database, log)
  const readiness = databaseReadiness(config.database, log)
  const cache = openCache({ config, log })
  const rateLimits = openRateLimits({ config, log })
  const passwords = bcryptPasswords(config.auth.bcryptCost)
  const { clientCacheSeconds: maxAge } = config
  const headers = securityHeaders(config.http)
  const users = userRepository(db, clock)
  const { tokens: signingKeys, sessionSeconds: lifetime } = config.auth
  const tokens = jwtTokens({ ...signingKeys, clock })
  const cookie = refreshCookie({ secure: !config.local, lifetime })
  const checkPassword = passwordCheck({ users, passwords, guesses: rateLimits.guesses })
  const authenticate = tokenAuthenticator({ users, tokens })

  const handlers: Handlers = {
    ...healthHandlers(),
    ...userHandlers({ users, passwords, cookie }),
    ...sessionHandlers({
      checkPassword,
      tokens,
      cookie,
      sessions: sessionRepository(db, { clock, lifetime }),
      refreshTokens: refreshTokens(db, { clock, lifetime, signingKeys }),
    }),
    ...postHandlers({ posts: postRepository(db, clock) }),
    ...taskHandlers({ tasks: taskRepository(db, clock) }),
  }
  const app = createApp({
    basePath: contract.basePath,
    operations,
    validators,
    serializers,
    handlers,
    authenticators: { bearer: authenticate },
    anyOwnerScope: superuserScope,
    owners: { username: users.findIdByUsername },
    rateLimits,
    turns: databaseTurns(db, config.database.poolMax),
    cache: cache.responses,
    pages: openPages(config),
    idempotency: idempotency(db, clock),
    document: () => {
      const served = servedDocument(document, operations, { info: config.docs.info, maxAge })
      return documentUnder(served, config.http.publicPath)
    },
    docs: {
      access: config.docs.access,
      scope: superuserScope,
      byToken: authenticate,
      byPassword: async (credentials, address) => {
        const user = await checkPassword(credentials, address)
        return user ? toPrincipal(user) : null
      },
    },
    addressOf: clientAddresses(config.http.trustedProxies, log),
    maxAge,
    notReady: async () => (isStopping ? 'the server is stopping' : readiness.check()),
    publicPath: config.http.publicPath,
    bodyLimit: config.http.bodyLimit,
    serializeProblem,
    translateError: databaseApiError,
    strict: config.local,
    cors: config.http.origins,
    headers,
    log,
  })
  const announceStop = () => {
    isStopping = true
  }
  const close = async () => {
    cache.close()
    rateLimits.close()
    await Promise.all([readiness.close(), closeDatabase(db)])
  }
  return { app, headers, cache: cache.responses, settled: cache.settled, announceStop, close }
}

/** Opens the cache, for requests and for code; a process that writes past the API drops what it changes. */
export function openCache({ config, log }: Pick<Surroundings, 'config' | 'log'>) {
  const { cache, cacheDeadline: deadline } = config.redis
  const { settled, close, ...store } = createCache({ ...cache, deadline }, log)
  const responses = responseCache(store, operations)
  const manual: ManualCache = responses
  return { responses, manual, settled, close }
}

/** The cursors of lists, under keys of their own; those of the previous signing key are accepted. */
function openPages({ auth }: Config) {
  return createPages(deriveKeys(auth.tokens, 'cursors'), {
    operations,
    basePath: contract.basePath,
  })
}

/** The quotas, counted in the cache's Redis. */
function openRateLimits({ config, log }: Pick<Surroundings, 'config' | 'log'>) {
  const { cache, cacheDeadline: deadline } = config.redis
  const { prefix } = cache
  return createRateLimits(cache, { prefix, deadline, factor: config.rateLimitFactor, log })
}
