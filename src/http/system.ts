// The routes outside of the contract: health checks for operators, and for users the contract, its docs
// and a page for each problem code. Routed by @koa/router.
import { readFile } from 'node:fs/promises'
import Router from '@koa/router'
import type Koa from 'koa'
import type { Middleware } from 'koa'
import type { AddressOf, State } from '../engine/context.ts'
import { apiError, unavailable } from '../engine/errors.ts'
import { root } from '../lib/root.ts'
import { type DocsAccess, docsPage, guardDocs } from './docs.ts'
import { serveDocument } from './documents.ts'
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
  if (docs.access !== 'none') {
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
  const yaml = async () => (await import('yaml')).default.stringify(document())
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

const problemTexts = new URL('docs/problems.md', root)

/** A problem page has one inline style, loads nothing and may not be framed. */
const problemPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

type Page = Record<'html' | 'markdown', Middleware<State>>

/**
 * Serves the page that the `type` of a problem leads to, as HTML or Markdown. The pages contain no
 * secrets, so every environment serves them.
 */
function problemPages(cacheControl: string): Middleware<State> {
  let pages: Promise<Map<string, Page>> | undefined
  return async (ctx, next) => {
    pages ??= readPages(cacheControl)
    const page = (await pages).get(ctx.path.slice('/problems/'.length))
    if (page === undefined) throw apiError('not_found', 'There is no such problem code.')
    ctx.vary('Accept')
    const isMarkdown = ctx.accepts('text/html', 'text/markdown') === 'text/markdown'
    return isMarkdown ? page.markdown(ctx, next) : page.html(ctx, next)
  }
}

async function readPages(cacheControl: string): Promise<Map<string, Page>> {
  const [, ...sections] = (await readFile(problemTexts, 'utf8')).split(/^## /m)
  return new Map(sections.map((it) => pageOf(it.trim(), cacheControl)))
}

/** Returns the page of a section by the last segment of its path: `Not found` is `not-found`. */
function pageOf(section: string, cacheControl: string): [string, Page] {
  const [title = '', ...paragraphs] = section.split(/\n{2,}/)
  const html = serveDocument({
    type: 'text/html; charset=utf-8',
    cacheControl,
    headers: { 'Content-Security-Policy': problemPolicy },
    create: () => htmlOf(title, paragraphs),
  })
  const markdown = serveDocument({
    type: 'text/markdown; charset=utf-8',
    cacheControl,
    create: () => `# ${section}\n`,
  })
  return [title.toLowerCase().replaceAll(' ', '-'), { html, markdown }]
}

function htmlOf(title: string, paragraphs: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${paragraphs.map((it) => `<p>${inlineHtml(it)}</p>`).join('\n')}
</body>
</html>
`
}

/** The Markdown of the sections has paragraphs, code and bold text. */
function inlineHtml(markdown: string): string {
  return escapeHtml(markdown)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
