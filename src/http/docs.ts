// The docs page: Swagger UI over the served contract, from this process alone. Its files come from
// the package; none is fetched from anywhere else.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Middleware } from 'koa'
import { serveDocument } from './documents.ts'
import type { State } from './state.ts'

// Relative to the page, since a proxy may publish it under another path.
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API docs</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

const start = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
})
`

const contentTypes = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const

// Swagger UI sets styles on its elements and draws its icons from data: URLs.
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

/** Serves `/docs` and the files that it needs, by path. */
export function docsPage(cacheControl: string): Record<string, Middleware<State>> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const html = { type: 'text/html; charset=utf-8', headers: { 'Content-Security-Policy': policy } }
  const script = { type: contentTypes['swagger-ui-bundle.js'] }
  const fromPackage = Object.entries(contentTypes).map(([name, type]) => {
    const make = () => readFile(join(folder, name))
    return [`/docs/${name}`, serveDocument({ type, cacheControl, make })] as const
  })
  return {
    '/docs': serveDocument({ ...html, cacheControl, make: () => page }),
    '/docs/start.js': serveDocument({ ...script, cacheControl, make: () => start }),
    ...Object.fromEntries(fromPackage),
  }
}
