// What is outside the contract: signs of life for whoever runs the service, and the contract itself
// with its docs for whoever uses it. Routed by @koa/router.
import Router from '@koa/router'
import type { Middleware } from 'koa'
import type { AddressOf, State } from '../engine/context.ts'
import { apiError, unavailable } from '../engine/errors.ts'
import type { Application } from './application.ts'
import { type DocsAccess, docsPage, guardDocs } from './docs.ts'
import { serveDocument } from './documents.ts'
import { problemPages } from './problem-pages.ts'
import { pageDocument } from './served-document.ts'

export interface SystemRoutes {
  /** Makes the contract as it is served; called when the first of its readers comes. */
  readonly document: () => object
  /** Where the operations are. */
  readonly basePath: string
  /** What clients put in front of every path. */
  readonly publicPath?: string
  readonly docs: DocsAccess
  readonly addressOf: AddressOf
  /** For how many seconds a client may keep the docs. */
  readonly maxAge: number
  /** Resolves to undefined when the service can do its work, else to why not. */
  readonly notReady: () => Promise<string | undefined>
}

/**
 * Adds the last steps of the application: `/livez`, `/readyz`, `/docs`, `/openapi.json` and
 * `/openapi.yaml`, then 404 and 405. In production the docs are absent for every method.
 */
export function serveSystem(app: Application, options: SystemRoutes) {
  const { docs, addressOf, maxAge, notReady } = options
  const router = new Router<State>({ strict: true, sensitive: true })
  router.get('/livez', (ctx) => {
    ctx.body = { status: 'ok' }
  })
  router.get('/readyz', async (ctx) => {
    const reason = await notReady()
    if (reason !== undefined) throw unavailable(reason)
    ctx.body = { status: 'ok' }
  })
  router.get('/problems/:type', problemPages(`public, max-age=${maxAge}`))
  if (docs.access !== 'nobody') {
    const documents = docsDocuments(options)
    const guard = guardDocs(docs, addressOf)
    for (const [path, serve] of Object.entries(documents)) router.get(path, serve)
    // Every method gets the guard's answer first: only a reader learns which methods there are.
    app.use((ctx, next) => (Object.hasOwn(documents, ctx.path) ? guard(ctx, next) : next()))
  }
  app.use(router.routes())
  app.use(nothingElse(router))
}

/** Serves the docs page and the contract as JSON and YAML, by path. */
function docsDocuments({ document, basePath, publicPath = '', docs, maxAge }: SystemRoutes) {
  const cacheControl = `${docs.access === 'anyone' ? 'public' : 'private'}, max-age=${maxAge}`
  const json = () => JSON.stringify(document())
  const forPage = () => JSON.stringify(pageDocument(document(), publicPath + basePath))
  // Loaded with the first reader: its 72 modules are 20 ms of a start.
  const yaml = async () => (await import('yaml')).stringify(document())
  const serve = (type: string, make: () => string | Promise<string>) =>
    serveDocument({ type, make, cacheControl })
  return {
    '/openapi.json': serve('application/json', json),
    '/openapi.yaml': serve('application/yaml', yaml),
    '/docs/openapi.json': serve('application/json', forPage),
    ...docsPage(cacheControl),
  }
}

/** The last step: 405 for another method on one of these paths, 404 for all that is left. */
function nothingElse(router: Router<State>): Middleware<State> {
  return (ctx) => {
    const layers = router.match(ctx.path, ctx.method).path
    if (layers.length === 0) throw apiError('not_found', 'There is no such resource.')
    const allow = [...new Set(layers.flatMap((layer) => layer.methods))].sort().join(', ')
    const headers = { Allow: allow }
    throw apiError('method_not_allowed', `This resource answers ${allow}.`, { headers })
  }
}

const systemPath = /^\/(livez|readyz|openapi\.(json|yaml)|docs(\/.*)?|problems\/.*)$/

/** Tells whether a path belongs to the service itself, so that no operation of a contract can have it. */
export function isSystemPath(path: string): boolean {
  return systemPath.test(path)
}
