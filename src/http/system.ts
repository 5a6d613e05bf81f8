// The routes outside of the contract: health checks for operators, and the contract with its docs for
// users. Routed by @koa/router.
import Router from '@koa/router'
import type Koa from 'koa'
import type { Middleware } from 'koa'
import type { AddressOf, State } from '../engine/context.ts'
import { apiError, unavailable } from '../engine/errors.ts'
import { type DocsAccess, docsPage, guardDocs } from './docs.ts'
import { serveDocument } from './documents.ts'
import { problemPages } from './problem-pages.ts'
import { pageDocument } from './served-document.ts'

export interface SystemRoutes {
  /** Returns the contract to serve; called for its first request. */
  readonly document: () => object
  /** The path of the operations. */
  readonly basePath: string
  /** The prefix that clients put before every path. */
  readonly publicPath?: string
  readonly docs: DocsAccess
  readonly addressOf: AddressOf
  /** How many seconds clients may keep the docs. */
  readonly maxAge: number
  /** Resolves to the reason why the service is not ready, or to undefined. */
  readonly notReady: () => Promise<string | undefined>
}

const systemPath = /^\/(livez|readyz|openapi\.(json|yaml)|docs(\/.*)?|problems\/.*)$/

/** Returns whether a path belongs to the service itself, so that no operation can have it. */
export function isSystemPath(path: string): boolean {
  return systemPath.test(path)
}

/**
 * Adds health checks, problem pages, the docs and the contract to the application, then 404
 * and 405 for everything else. In production the docs are absent for every method.
 */
export function serveSystem(app: Koa<State>, options: SystemRoutes) {
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
    // The guard runs before 405, so that only readers learn which methods there are.
    app.use((ctx, next) => (Object.hasOwn(documents, ctx.path) ? guard(ctx, next) : next()))
  }
  app.use(router.routes())
  app.use(rejectUnknown(router))
}

/** Returns the middleware for the docs page and the contract as JSON and YAML, by path. */
function docsDocuments({ document, basePath, publicPath = '', docs, maxAge }: SystemRoutes) {
  const cacheControl = `${docs.access === 'anyone' ? 'public' : 'private'}, max-age=${maxAge}`
  const json = () => JSON.stringify(document())
  const forPage = () => JSON.stringify(pageDocument(document(), publicPath + basePath))
  // Loaded for the first request, because its many modules would slow down the start.
  const yaml = async () => (await import('yaml')).stringify(document())
  const serve = (type: string, create: () => string | Promise<string>) =>
    serveDocument({ type, create, cacheControl })
  return {
    '/openapi.json': serve('application/json', json),
    '/openapi.yaml': serve('application/yaml', yaml),
    '/docs/openapi.json': serve('application/json', forPage),
    ...docsPage(cacheControl),
  }
}

/** Throws 405 for another method on one of these paths, and 404 for any other path. */
function rejectUnknown(router: Router<State>): Middleware<State> {
  return (ctx) => {
    const layers = router.match(ctx.path, ctx.method).path
    if (layers.length === 0) throw apiError('not_found', 'There is no such resource.')
    const allow = [...new Set(layers.flatMap((layer) => layer.methods))].sort().join(', ')
    const headers = { Allow: allow }
    throw apiError('method_not_allowed', `This resource answers ${allow}.`, { headers })
  }
}
