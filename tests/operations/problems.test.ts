// The pages that the `type` of a problem document leads to: a section of docs/problems.md for each code.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import document from '../../generated/openapi.json' with { type: 'json' }
import { useService } from '../support/service.ts'

const text = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8')
const codes = document.components.schemas.ProblemCode.enum
const pathOf = (code: string) => `/problems/${code.replaceAll('_', '-')}`
const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [, title, status, code] =
      /^(.+)\n\nStatus (\d{3}), code `(\w+)`\.\n\n\*\*When:\*\* [\s\S]+\n\n\*\*What to do:\*\* /.exec(
        section,
      ) ?? []
    return { title, status: Number(status), code }
  })

interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
}

/** Returns every problem document among the examples of the contract. */
function problemsIn(node: unknown): Problem[] {
  if (typeof node !== 'object' || node === null) return []
  if ('type' in node && 'code' in node && typeof node.code === 'string') return [node as Problem]
  return Object.values(node).flatMap(problemsIn)
}

describe('docs/problems.md', () => {
  it('has a section for each code of the contract, in its order, and no other', () => {
    expect(sections.map((it) => it.code)).toEqual(codes)
  })

  it('has the title, the status and the path of the problem documents', () => {
    const examples = problemsIn(document)
    expect(examples.length).toBeGreaterThan(20)
    for (const { type, title, status, code } of examples) {
      expect(sections).toContainEqual({ title, status, code })
      expect(type).toBe(pathOf(code))
    }
  })
})

const secrets = { SECRET_KEY: 'x'.repeat(32), ADMIN_PASSWORD: 'Correct-horse-7', BCRYPT_COST: '10' }

describe('the page of a problem', () => {
  const service = useService({ env: { ENVIRONMENT: 'production', ...secrets } })
  const get = (path: string, init?: RequestInit) => fetch(service.url + path, init)

  it.each(codes)('of %s is served as HTML where the docs are not', async (code) => {
    const response = await get(pathOf(code))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toContain(`code <code>${code}</code>.</p>\n<p><strong>When:`)
    expect((await get('/docs')).status).toBe(404)
  })

  it('is where the type of a problem document leads', async () => {
    const answer = await get('/api/v1/users/missing')
    const { type, title } = (await answer.json()) as Problem
    const page = await fetch(new URL(type, answer.url))
    expect(page.status).toBe(200)
    expect(await page.text()).toContain(`<h1>${title}</h1>`)
  })

  it('is Markdown for clients that prefer it', async () => {
    const response = await get('/problems/not-found', { headers: { accept: 'text/markdown' } })
    expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
    expect(response.headers.get('vary')).toMatch(/\bAccept\b(?!-)/)
    expect(await response.text()).toMatch(/^# Not found\n\nStatus 404, code `not_found`\./)
  })

  it('answers HEAD, runs no script and may be kept', async () => {
    const response = await get('/problems/not-found', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('cache-control')).toBe('public, max-age=60')
  })

  it('is a 404 problem for an unknown code and a 405 problem for another method', async () => {
    const unknown = await get('/problems/no-such-code')
    expect([unknown.status, ((await unknown.json()) as Problem).code]).toEqual([404, 'not_found'])
    const post = await get('/problems/not-found', { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})
