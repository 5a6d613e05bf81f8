// A page for each problem code, which the `type` of a problem document leads to. The texts are the
// sections of docs/problems.md. They hold no secrets, so every environment serves them.
import { readFile } from 'node:fs/promises'
import type { Middleware } from 'koa'
import type { State } from '../engine/context.ts'
import { apiError } from '../engine/errors.ts'
import { serveDocument } from './documents.ts'

/** Beside `src/` in the repository, beside `dist/src/` in a build. */
const source = new URL('../../docs/problems.md', import.meta.url)

// The page has one inline style, loads nothing and may not be framed.
const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

type Page = Record<'html' | 'markdown', Middleware<State>>

/** Serves `/problems/:type`, as HTML or, to clients that prefer it, as Markdown. */
export function problemPages(cacheControl: string): Middleware<State> {
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
  const [, ...sections] = (await readFile(source, 'utf8')).split(/^## /m)
  return new Map(sections.map((it) => pageOf(it.trim(), cacheControl)))
}

/** Returns the page of a section by the last segment of its path: `Not found` is `not-found`. */
function pageOf(section: string, cacheControl: string): [string, Page] {
  const [title = '', ...paragraphs] = section.split(/\n{2,}/)
  const html = serveDocument({
    type: 'text/html; charset=utf-8',
    cacheControl,
    headers: { 'Content-Security-Policy': policy },
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
