// The docs page: Swagger UI over the served contract, from this process alone, and who may read it. A
// browser cannot send a token by itself, so the docs accept a password too.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Middleware } from 'koa'
import type { AddressOf, State } from '../engine/context.ts'
import { apiError } from '../engine/errors.ts'
import { tokenInvalid } from '../engine/steps/authenticate.ts'
import { isStorable } from '../engine/storable.ts'
import type { Principal } from '../engine/types.ts'
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

/** Returns the middleware for `/docs` and each of its files, by path. */
export function docsPage(cacheControl: string): Record<string, Middleware<State>> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const page = { type: 'text/html; charset=utf-8', headers: { 'Content-Security-Policy': policy } }
  const fromPackage = Object.entries(contentTypes).map(([name, type]) => {
    const create = () => readFile(join(folder, name))
    return [`/docs/${name}`, serveDocument({ type, cacheControl, create })] as const
  })
  return {
    '/docs': serveDocument({ ...page, cacheControl, create: () => html }),
    '/docs/page.css': serveDocument({ type: css, cacheControl, create: () => style }),
    '/docs/start.js': serveDocument({ type: javascript, cacheControl, create: () => script }),
    ...Object.fromEntries(fromPackage),
  }
}

export interface DocsAccess {
  readonly access: 'anyone' | 'superusers' | 'none'
  /** The scope of superusers. */
  readonly scope: string
  readonly byToken: (token: string) => Promise<Principal | null>
  readonly byPassword: (
    credentials: { login: string; password: string },
    clientAddress: string,
  ) => Promise<Principal | null>
}

/**
 * Admits callers who may read the docs.
 * @throws ApiError unauthenticated with a challenge for browsers, or forbidden.
 */
export function guardDocs(
  { access, scope, byToken, byPassword }: DocsAccess,
  addressOf: AddressOf,
): Middleware<State> {
  return async (ctx, next) => {
    if (access === 'anyone') return next()
    ctx.vary('Authorization')
    const [scheme = '', credentials = ''] = ctx.get('authorization').split(' ')
    const principal = await principalBy(scheme.toLowerCase(), credentials, addressOf(ctx.req))
    if (principal === null) {
      const headers = { 'WWW-Authenticate': 'Basic realm="docs", charset="UTF-8"' }
      const wrong = scheme.toLowerCase() === 'basic' ? loginFailed : tokenInvalid
      const event = credentials === '' ? undefined : wrong
      throw apiError('unauthenticated', 'The docs are for superusers.', { headers, event })
    }
    if (!principal.scopes.includes(scope)) {
      throw apiError('forbidden', 'The docs are for superusers.')
    }
    return next()
  }

  async function principalBy(scheme: string, credentials: string, clientAddress: string) {
    if (scheme === 'bearer') return byToken(credentials)
    if (scheme !== 'basic') return null
    const text = Buffer.from(credentials, 'base64').toString()
    const colon = text.indexOf(':')
    if (colon < 0 || !isStorable(text)) return null
    const sent = { login: text.slice(0, colon), password: text.slice(colon + 1) }
    return byPassword(sent, clientAddress)
  }
}

const loginFailed = { name: 'login_failed', message: 'a login to the docs failed' }

// These files are not part of Swagger UI's package. The page runs no inline script, and its links are
// relative, so it works below any prefix that a proxy adds.

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API docs</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
<link rel="icon" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

/** Starts Swagger UI, with its code samples for curl and one for fetch. */
const script = `const fetchSample = (request) => {
  const init = { method: request.get('method') }
  const headers = request.get('headers')
  if (headers && headers.size > 0) init.headers = headers.toJS()
  const body = request.get('body')
  if (body) init.body = typeof body === 'string' ? body : JSON.stringify(body)
  const options = JSON.stringify(init, null, 2)
  return 'const response = await fetch(' + JSON.stringify(request.get('url')) + ', ' + options + ')'
}

SwaggerUIBundle({
  url: new URL('docs/openapi.json', document.baseURI).href,
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  requestSnippetsEnabled: true,
  requestSnippets: {
    generators: {
      curl_bash: { title: 'curl (bash)', syntax: 'bash' },
      curl_powershell: { title: 'curl (PowerShell)', syntax: 'powershell' },
      curl_cmd: { title: 'curl (cmd)', syntax: 'bash' },
      fetch: { title: 'fetch', syntax: 'javascript' },
    },
  },
  plugins: [{ fn: { requestSnippetGenerator_fetch: fetchSample } }],
})
`

/** Makes the page readable on small screens. */
const style = `
/* No operation has links. */
.swagger-ui .response-col_links { display: none }
.swagger-ui .curl-command > div:first-child { flex-wrap: wrap }

@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 8px }
  .swagger-ui .info { margin: 20px 0 }
  .swagger-ui .parameters-container, .swagger-ui .responses-inner { padding: 8px }
  .swagger-ui .opblock .opblock-section-header { padding: 8px }
  .swagger-ui .opblock .opblock-summary-operation-id { display: none }
  .swagger-ui .opblock-summary-description { flex-basis: 100% }

  /* Tables become lists: each cell gets the whole width. */
  .swagger-ui table.parameters > thead, .swagger-ui table.responses-table > thead { display: none }
  .swagger-ui table.parameters, .swagger-ui table.responses-table { display: block }
  .swagger-ui table.parameters > tbody, .swagger-ui table.responses-table > tbody { display: block }
  .swagger-ui table.parameters > tbody > tr, .swagger-ui table.responses-table > tbody > tr {
    display: block;
    padding: 8px 0;
  }
  .swagger-ui table.parameters > tbody > tr > td,
  .swagger-ui table.responses-table > tbody > tr > td {
    display: block;
    width: auto;
    max-width: 100%;
    min-width: 0;
    padding: 4px 0;
    overflow-x: auto;
  }
  .swagger-ui .parameters-col_description input,
  .swagger-ui .parameters-col_description select,
  .swagger-ui .parameters-col_description textarea { box-sizing: border-box; width: 100%; max-width: 100% }
  .swagger-ui .response-col_description__inner, .swagger-ui .headers-wrapper { overflow-x: auto }
}
`
