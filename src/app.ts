// The composition root of the API: creates every part and passes it to those that need it. To read the
// sources, continue with:
//
// 1. `openapi/paths/users_{username}.yaml`: the contract of an operation.
// 2. `engine/lifecycle.ts`: the steps of a request, in order.
// 3. `features/accounts/`: handlers, repository, presenter.
// 4. `engine/steps/cache.ts` and `cache/cache.ts`: cached reads and invalidations.
// 5. `worker-app.ts` and `jobs/`: work that continues after the response.
import document from '../generated/openapi.json' with { type: 'json' }

import { serializeProblem, serializers } from '../generated/serializers.js'
import { validators } from '../generated/validators.js'
import { createCache } from './cache/cache.ts'
import { cacheMetrics } from './cache/metrics.ts'
import { tracedStore } from './cache/traced.ts'
import type { Config } from './config/config.ts'
import {
  type Authenticators,
  type Handlers,
  type ManualCache,
  operations,
  securitySchemes,
  type UrlFor,
} from './contract.ts'
import { closeDatabase, createDatabase, databaseReadiness } from './db/connection.ts'
import { databaseApiError } from './db/errors.ts'
import { createListener } from './db/listener.ts'
import { poolMetrics } from './db/metrics.ts'
import { databaseTurns } from './db/turns.ts'
import { basePathOf, withServerVariables } from './engine/servers.ts'
import { responseCache } from './engine/steps/cache.ts'
import { createPages, createUrlFor } from './engine/urls.ts'
import { sessionHandlers, userHandlers } from './features/accounts/handlers.ts'
import {
  passwordCheck,
  refreshCookie,
  superuserScope,
  tokenAuthenticator,
  toPrincipal,
} from './features/accounts/login.ts'
import { refreshTokens } from './features/accounts/refresh-tokens.ts'
import { registrationHandlers } from './features/accounts/registration.ts'
import { userRepository } from './features/accounts/repository.ts'
import { sessionRepository } from './features/accounts/session-repository.ts'
import { healthHandlers } from './features/health/handlers.ts'
import { postHandlers } from './features/posts/handlers.ts'
import { postRepository } from './features/posts/repository.ts'
import { taskChanges } from './features/tasks/events.ts'
import { taskHandlers } from './features/tasks/handlers.ts'
import { taskRepository } from './features/tasks/repository.ts'
import { createApp } from './http/app.ts'
import { clientAddresses } from './http/client-address.ts'
import { requestMetrics } from './http/metrics.ts'
import { securityHeaders } from './http/security-headers.ts'
import { documentUnder, servedDocument } from './http/served-document.ts'
import type { Clock } from './lib/clock.ts'
import type { ReportError } from './lib/internal-errors.ts'
import type { Logger } from './lib/log.ts'
import type { Metrics } from './lib/metrics.ts'
import type { Tracing } from './lib/tracing.ts'
import { idempotency } from './security/idempotency.ts'
import { bcryptPasswords } from './security/passwords.ts'
import { createRateLimits } from './security/rate-limits.ts'
import { deriveKeys, jwtTokens } from './security/tokens.ts'

export interface Options {
  readonly config: Config
  readonly log: Logger
  readonly clock: Clock
  /** Where the parts add their metrics; without it there are none. */
  readonly metrics?: Metrics | undefined
  /** Undefined while tracing is off. */
  readonly tracing?: Tracing | undefined
  /** Is told of internal errors. */
  readonly onInternalError?: ReportError | undefined
}

/**
 * Creates the HTTP application and the headers of all its responses. `settled` resolves when the cache
 * works or is known to be down, `announceStop` makes `/readyz` answer 503, `endStreams` ends the event
 * streams, `close` closes all connections.
 */
export function createApi({ config, log, clock, metrics, tracing, onInternalError }: Options) {
  let isStopping = false
  const streamsEnd = new AbortController()
  const contract = withServerVariables(document, config.http.serverVariables)
  const basePath = basePathOf(contract)
  const urlFor: UrlFor = createUrlFor({ operations, basePath })
  const db = createDatabase(config.database, log, tracing)
  const readiness = databaseReadiness(config.database, log)
  const pool = metrics && poolMetrics(metrics, db, config.database.poolMax)
  const turns = databaseTurns(db, config.database.poolMax, pool?.waited)
  pool?.countWaiting(turns.waiting)
  const cache = openCache({ config, log, tracing })
  if (metrics) cacheMetrics(metrics, cache.responses)
  const rateLimits = openRateLimits({ config, log })
  const passwords = bcryptPasswords(config.auth.bcryptCost)
  const { clientCacheSeconds: maxAge } = config
  const headers = securityHeaders(config.http)
  const users = userRepository(db, clock)
  const { tokens: signingKeys, sessionSeconds: lifetime } = config.auth
  const tokens = jwtTokens({ ...signingKeys, clock })
  const path = urlFor('refreshToken', {})
  const cookie = refreshCookie({ secure: !config.local, lifetime, path })
  const checkPassword = passwordCheck({ users, passwords, guesses: rateLimits.guesses })
  const authenticate = tokenAuthenticator({ users, tokens })

  const tasks = taskRepository(db, clock)
  const listener = createListener({ db, server: config.database.listener, log })
  const changes = taskChanges({ tasks, listen: listener.listen, log })

  const authenticators: Authenticators = { bearer: authenticate }
  const handlers: Handlers = {
    ...healthHandlers(),
    ...userHandlers({ users, passwords, cookie }),
    ...registrationHandlers({ users, passwords, urlFor }),
    ...sessionHandlers({
      checkPassword,
      tokens,
      cookie,
      sessions: sessionRepository(db, { clock, lifetime }),
      refreshTokens: refreshTokens(db, { clock, lifetime, signingKeys }),
    }),
    ...postHandlers({ posts: postRepository(db, clock), urlFor }),
    ...taskHandlers({ tasks, changes, urlFor, maxWaiting: config.jobs.waitingPerOwner }),
  }
  const app = createApp({
    basePath,
    operations,
    validators,
    serializers,
    handlers,
    securitySchemes,
    authenticators,
    anyOwnerScope: superuserScope,
    owners: { username: users.findIdByUsername },
    rateLimits,
    turns,
    withoutTurns: Object.keys(healthHandlers()),
    cache: cache.responses,
    // The previous key signs no cursors, but those that it has signed are still accepted.
    pages: createPages(deriveKeys(config.auth.tokens, 'cursors'), { operations, basePath }),
    idempotency: idempotency(db, clock),
    document: () => {
      const served = servedDocument(contract, operations, { info: config.docs.info, maxAge })
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
    onInternalError,
    observe: metrics && requestMetrics(metrics, Object.keys(operations)),
    stopping: streamsEnd.signal,
    log,
    tracing,
  })
  const announceStop = () => {
    isStopping = true
  }
  const endStreams = () => streamsEnd.abort()
  const close = async () => {
    cache.close()
    rateLimits.close()
    await listener.close()
    await Promise.all([readiness.close(), closeDatabase(db)])
  }
  return {
    app,
    headers,
    cache: cache.responses,
    settled: cache.settled,
    announceStop,
    endStreams,
    close,
  }
}

/** Opens the cache. A process that writes past the API uses it to invalidate what it changes. */
export function openCache({ config, log, tracing }: Omit<Options, 'clock'>) {
  const { cache, cacheDeadline: deadline } = config.redis
  const { settled, close, ...store } = createCache({ ...cache, deadline }, log)
  const responses = responseCache(tracing ? tracedStore(store, tracing) : store, operations)
  const manual: ManualCache = responses
  return { responses, manual, clear: store.clear, settled, close }
}

/** Opens the rate limits, which are counted in the Redis of the cache. */
function openRateLimits({ config, log }: Pick<Options, 'config' | 'log'>) {
  const { cache, cacheDeadline: deadline } = config.redis
  const { prefix } = cache
  return createRateLimits(cache, { prefix, deadline, factor: config.rateLimitFactor, log })
}
