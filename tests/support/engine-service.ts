// The engine alone as a service of tests.
import { listenerOf, serve } from '../../scripts/contract/try/service.ts'
import type { RequestContext } from '../../src/engine/context.ts'
import type { ProblemOptions } from '../../src/engine/problem.ts'
import type { Engine } from '../../src/engine/types.ts'
import { createLogger } from '../../src/lib/log.ts'

const silent = createLogger({ level: 'silent', part: 'test' })

/** Options of an engine without limits and logins that checks every response. */
export const plainEngine = {
  securitySchemes: { bearer: { type: 'bearer' } },
  authenticators: { bearer: async () => null },
  rateLimits: { quota: () => undefined },
  bodyLimit: 1024,
  maxAge: 60,
  strict: true,
  log: silent,
} as const satisfies Partial<Engine>

/**
 * Starts the engine on a free port. `errors` collects its internal errors.
 * @param watch called with the context of each request before its first step.
 */
export async function serveEngine(
  engine: Engine & ProblemOptions,
  watch?: (context: RequestContext) => void,
) {
  const errors: unknown[] = []
  return { ...(await serve(listenerOf(engine, { errors, watch }))), errors }
}
