// What is outside the contract: signs of life for whoever runs the service, and the contract itself
// with its docs for whoever uses it. Routed by @koa/router.
import Router from '@koa/router'
import type { Middleware } from 'koa'
import { refusal, unavailable } from '../errors.ts'
import { docsPage } from './docs.ts'
import { type DocsAccess, guardDocs } from './docs-access.ts'
import { serveDocument } from './documents.ts'
import type { AddressOf } from './exchange.ts'
import type { State } from './state.ts'

export interface SystemRoutes {
  /** Makes the contract as it is served; called when the first of its readers comes. */
  readonly document: () => object
  readonly docs: DocsAccess
  readonly addressOf: AddressOf
  /** For how many seconds a client may keep the docs. */
  readonly maxAge: number
  /** Resolves to undefined when the service can do its work, else to what keeps it from that. */
  readonly notReady: () => Promise<string | undefined>
}

/** `/livez`, `/readyz`, `/docs`, `/openapi.json` and `/openapi.yaml`. */
export function systemRouter({
  document,
  docs,
  addressOf,
  maxAge,
  notReady,
}: SystemRoutes): Router<State> {
  const router = new Router<State>({ strict: true, sensitive: true })
  router.get('/livez', (ctx) => {
    ctx.body = { status: 'ok' }
  })
  router.get('/readyz', async (ctx) => {
    const reason = await notReady()
    if (reason !== undefined) throw unavailable(reason)
    ctx.body = { status: 'ok' }
  })
  const guard = guardDocs(docs, addressOf)
  const keep = `${docs.access === 'anyone' ? 'public' : 'private'}, max-age=${maxAge}`
  const json = () => JSON.stringify(document())
  // Loaded with the first reader: its 72 modules are 20 ms of a start.
  const yaml = async () => (await import('yaml')).stringify(document())
  const serve = (type: string, make: () => string | Promise<string>) =>
    serveDocument({ type, make, cacheControl: keep })
  router.get('/openapi.json', guard, serve('application/json', json))
  router.get('/openapi.yaml', guard, serve('application/yaml', yaml))
  docsPage(router, guard, keep)
  return router
}

/** The last step: 405 for another method on one of these paths, 404 for all that is left. */
export function nothingElse(router: Router<State>): Middleware<State> {
  return (ctx) => {
    const layers = router.match(ctx.path, ctx.method).path
    if (layers.length === 0) throw refusal('not_found', 'There is no such resource.')
    const allow = [...new Set(layers.flatMap((layer) => layer.methods))].sort().join(', ')
    const headers = { Allow: allow }
    throw refusal('method_not_allowed', `This resource answers ${allow}.`, { headers })
  }
}
