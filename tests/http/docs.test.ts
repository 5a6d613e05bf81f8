// The docs and the served contract in each environment.
// Takes more than 5 s, because comparing passwords is slow. Part of `npm test`, because any change of the docs
// can break it.
import { type IncomingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { password, person, superuser } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const secrets = { SECRET_KEY: 'x'.repeat(32), ADMIN_PASSWORD: 'Correct-horse-7', BCRYPT_COST: '10' }
const paths = ['/docs', '/docs/swagger-ui.css', '/openapi.json', '/openapi.yaml']

const everyPath = [
  ...paths,
  ...['/docs/start.js', '/docs/page.css', '/docs/openapi.json'],
  ...['/docs/swagger-ui-bundle.js', '/docs/favicon-32x32.png'],
]
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']

/** Sends a GET without decompressing the response, as fetch would. */
function raw(url: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>(
    (resolve, reject) => {
      const outgoing = request(url, { headers }, async (response) => {
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, body: await buffer(response) })
      })
      outgoing.on('error', reject).end()
    },
  )
}

describe('on a local machine', () => {
  const service = useService({ env: { APP_NAME: 'My API', CONTACT_EMAIL: 'me@example.com' } })

  it('are open to all clients, which may cache them', async () => {
    for (const path of paths) {
      const response = await fetch(service.url + path)
      expect(response.status, path).toBe(200)
      expect(response.headers.get('cache-control'), path).toBe('public, max-age=60')
    }
  })

  it('answer 304 to a client that has them', async () => {
    const etags = new Set<string>()
    for (const path of everyPath) {
      const etag = (await fetch(service.url + path)).headers.get('etag') ?? ''
      expect(etag, path).toMatch(/^"[^"]+"$/)
      etags.add(etag)
      const ask = (known: string) =>
        fetch(service.url + path, { headers: { 'if-none-match': known } })
      const same = await ask(`"other", W/${etag}`)
      expect([same.status, await same.text()], path).toEqual([304, ''])
      expect(same.headers.get('etag'), path).toBe(etag)
      expect(same.headers.get('cache-control'), path).toBe('public, max-age=60')
      expect(same.headers.get('content-type'), path).toBeNull()
      const other = await ask('"other"')
      expect([other.status, (await other.text()) !== ''], path).toEqual([200, true])
    }
    expect(etags.size).toBe(everyPath.length)
  })

  it('are compressed, with an entity tag for each encoding', async () => {
    const plain = { br: brotliDecompressSync, gzip: gunzipSync, identity: (it: Buffer) => it }
    for (const path of everyPath.filter((it) => !it.endsWith('.png'))) {
      const bodies = new Set<string>()
      const etags = new Set<string | null>()
      for (const encoding of ['br', 'gzip', 'identity'] as const) {
        const { headers, body } = await raw(service.url + path, { 'accept-encoding': encoding })
        expect(headers['content-encoding'] ?? 'identity', path).toBe(encoding)
        expect(headers.vary, path).toContain('Accept-Encoding')
        bodies.add(plain[encoding](body).toString())
        etags.add(headers.etag ?? null)
        const known = { 'accept-encoding': encoding, 'if-none-match': headers.etag ?? '' }
        const same = await raw(service.url + path, known)
        expect([same.status, same.headers['content-encoding']], path).toEqual([304, undefined])
      }
      expect([bodies.size, etags.size], path).toEqual([1, 3])
    }
    const script = '/docs/swagger-ui-bundle.js'
    const accepted = { 'accept-encoding': 'gzip, deflate, br;q=0.9' }
    const { body, headers } = await raw(service.url + script, accepted)
    expect([headers['content-encoding'], headers['content-length']]).toEqual([
      'br',
      `${body.length}`,
    ])
    expect(body.length).toBeLessThan(450_000)
    const undecoded = await raw(service.url + script, { 'accept-encoding': 'br;q=0, identity' })
    expect(undecoded.headers['content-encoding']).toBeUndefined()
  })

  it('give the page a document whose optional parameters have no examples', async () => {
    const { components, paths } = JSON.parse(
      await (await fetch(`${service.url}/docs/openapi.json`)).text(),
    )
    const { IfMatch, Limit, Username } = components.parameters
    expect(IfMatch.example).toBeUndefined()
    expect(IfMatch.description).toMatch(/\n\nExample: `"[^`]+"`$/)
    expect([Limit.example, Limit.schema.default, Username.example]).toEqual([undefined, 20, 'ada'])
    const served = JSON.parse(await (await fetch(`${service.url}/openapi.json`)).text())
    expect(served.components.parameters.IfMatch.example).toBeTruthy()
    expect(paths['/users/me'].patch).toEqual(served.paths['/users/me'].patch)
  })

  it('describe the service as the environment does, else as the contract does', async () => {
    const served = await (await fetch(`${service.url}/openapi.json`)).json()
    const info = { title: 'My API', contact: { email: 'me@example.com' }, license: { name: 'MIT' } }
    expect(served).toMatchObject({ info })
  })

  it('describe extensions and problem codes in words', async () => {
    const served = JSON.parse(await (await fetch(`${service.url}/openapi.json`)).text())
    const { get, patch } = served.paths['/users/{username}']
    expect(get.description).toMatch(/^Returns the public data[^*]+\n\n- \*\*Access:\*\* anyone\./)
    expect(get.description).toContain('for 3600 seconds; clients revalidate each time')
    expect(patch.description).toContain('the user that `username` names, or a superuser')
    expect(patch.description).toContain('`getUser` of the same `username`')
    expect(patch.description).toContain('409 `username_taken`, `email_taken`; 412 `precondition')
    const yaml = await (await fetch(`${service.url}/openapi.yaml`)).text()
    expect(parse(yaml)).toEqual(served)
  })
})

describe('in staging', () => {
  const page = 'https://app.example.com'
  const env = { ENVIRONMENT: 'staging', ...secrets, CORS_ORIGINS: page }
  const service = useService({ env })
  const status = async (path: string, authorization?: string) => {
    const response = await fetch(service.url + path, {
      headers: authorization ? { authorization } : {},
    })
    return response.status
  }

  it('are open to superusers, with a token or a password', async () => {
    const [boss, someone] = [await superuser(service), await person(service)]
    const basic = (login: string, secret: string) => `Basic ${btoa(`${login}:${secret}`)}`
    for (const path of paths) {
      expect(await status(path), path).toBe(401)
      expect(await status(path, `Bearer ${someone.token}`), path).toBe(403)
      expect(await status(path, `Bearer ${boss.token}`), path).toBe(200)
      // An entity tag is not a credential.
      const known = await fetch(service.url + path, { headers: { 'if-none-match': '*' } })
      expect(known.status, path).toBe(401)
    }
    expect(await status('/docs', basic(boss.username, password))).toBe(200)
    expect(await status('/docs', basic(boss.username, 'Wrong-horse-7'))).toBe(401)
    expect(await status('/docs', basic(someone.username, password))).toBe(403)
    expect(await status('/docs', 'Basic %%%')).toBe(401)
    const challenge = await fetch(`${service.url}/docs`)
    expect(challenge.headers.get('www-authenticate')).toMatch(/^Basic /)
  })

  it('accept a password in every Unicode form', async () => {
    const boss = await superuser(service, { password: 'Cl\u00e9-\u00fcber-7' })
    const credentials = Buffer.from(`${boss.username}:Cle\u0301-u\u0308ber-7`).toString('base64')
    expect(await status('/docs', `Basic ${credentials}`)).toBe(200)
  })

  it('answer all methods alike without credentials', async () => {
    const [boss, someone] = [await superuser(service), await person(service)]
    for (const method of methods) {
      for (const path of everyPath) {
        const asked = async (token?: string) => {
          const headers = token ? { authorization: `Bearer ${token}` } : {}
          const { status, headers: sent } = await fetch(service.url + path, { method, headers })
          return [status, sent.get('allow')]
        }
        expect(await asked(), `${method} ${path}`).toEqual([401, null])
        expect(await asked(someone.token), `${method} ${path}`).toEqual([403, null])
        const isRead = method === 'GET' || method === 'HEAD'
        const expected = isRead ? [200, null] : [405, 'GET, HEAD']
        expect(await asked(boss.token), `${method} ${path}`).toEqual(expected)
      }
    }
  })

  it('vary by credentials and by origin', async () => {
    const { token } = await superuser(service)
    for (const authorization of [`Bearer ${token}`, 'Bearer none']) {
      const headers = { authorization, origin: page }
      const answer = await fetch(`${service.url}/openapi.json`, { headers })
      expect(answer.headers.get('access-control-allow-origin')).toBe(page)
      expect(answer.headers.get('vary')).toMatch(/^Origin, Authorization/)
    }
  })
})

describe('in production', () => {
  const service = useService({ env: { ENVIRONMENT: 'production', ...secrets } })

  it('do not exist for any method, even for a superuser', async () => {
    const { token } = await superuser(service)
    for (const method of methods) {
      for (const path of everyPath) {
        const headers = { authorization: `Bearer ${token}` }
        const response = await fetch(service.url + path, { method, headers })
        expect([response.status, response.headers.get('allow')], `${method} ${path}`).toEqual([
          404,
          null,
        ])
      }
    }
  })
})
