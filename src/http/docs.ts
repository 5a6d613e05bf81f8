// The docs page: Swagger UI over the served contract, from this process alone. Its files come from
// the package; none is fetched from anywhere else.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Middleware } from 'koa'
import type { State } from '../engine/context.ts'
import { html, script, style } from './docs-page.ts'
import { serveDocument } from './documents.ts'

const css = 'text/css; charset=utf-8'
const javascript = 'text/javascript; charset=utf-8'
const contentTypes = {
  'swagger-ui.css': css,
  'swagger-ui-bundle.js': javascript,
  'favicon-32x32.png': 'image/png',
} as const

// Swagger UI sets styles on its elements and draws its icons from data: URLs.
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

/** Serves `/docs` and the files that it needs, by path. */
export function docsPage(cacheControl: string): Record<string, Middleware<State>> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const page = { type: 'text/html; charset=utf-8', headers: { 'Content-Security-Policy': policy } }
  const fromPackage = Object.entries(contentTypes).map(([name, type]) => {
    const make = () => readFile(join(folder, name))
    return [`/docs/${name}`, serveDocument({ type, cacheControl, make })] as const
  })
  return {
    '/docs': serveDocument({ ...page, cacheControl, make: () => html }),
    '/docs/page.css': serveDocument({ type: css, cacheControl, make: () => style }),
    '/docs/start.js': serveDocument({ type: javascript, cacheControl, make: () => script }),
    ...Object.fromEntries(fromPackage),
  }
}
