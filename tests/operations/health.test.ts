import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import document from '../../generated/openapi.json' with { type: 'json' }
import { useService } from '../support/service.ts'

const service = useService()

describe('getHealth', () => {
  it('returns the version of the contract', async () => {
    const answer = await service.api.get('/health')
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ status: 'ok', version: document.info.version })
  })
})

describe('outside the contract', () => {
  it.each(['/livez', '/readyz'])('%s answers 200', async (path) => {
    const response = await fetch(service.url + path)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ status: 'ok' })
  })

  it('/readyz answers 503 if a migration is missing, and only the log names it', async () => {
    const [last] = await service.db('knex_migrations').orderBy('id', 'desc').limit(1)
    await service.db('knex_migrations').where({ id: last.id }).delete()
    const response = await fetch(`${service.url}/readyz`)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBeTruthy()
    expect(await response.json()).toMatchObject({
      detail: 'The database lacks migrations of this build.',
    })
    expect(service.logged()).toContainEqual(
      expect.objectContaining({ level: 'warn', missing: [last.name] }),
    )
    await service.db('knex_migrations').insert(last)
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  })

  /** Removes what the service adds to the descriptions. */
  const withoutWords = (served: string): unknown =>
    JSON.parse(served, (key, value) =>
      key === 'description' && typeof value === 'string'
        ? value.split('\n\n- **Access:')[0]
        : value,
    )

  it('serves the contract as JSON and as YAML', async () => {
    const json = await fetch(`${service.url}/openapi.json`)
    expect(withoutWords(await json.text())).toEqual(document)
    const yaml = await fetch(`${service.url}/openapi.yaml`)
    expect(withoutWords(JSON.stringify(parse(await yaml.text())))).toEqual(document)
  })

  it('serves the docs with all their files', async () => {
    const page = await fetch(`${service.url}/docs`)
    const html = await page.text()
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(links.length).toBeGreaterThan(2)
    for (const link of links) {
      const { href } = new URL(link, page.url)
      expect(href).toContain(`${service.url}/docs/`)
      expect((await fetch(href)).status).toBe(200)
    }
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  })

  it('answers 404 and 405 with problem documents', async () => {
    const missing = await fetch(`${service.url}/nothing`)
    expect(missing.status).toBe(404)
    expect(await missing.json()).toMatchObject({ code: 'not_found' })
    const wrong = await fetch(`${service.url}/livez`, { method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})
