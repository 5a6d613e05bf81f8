// The service behind a real nginx: what the proxy changes, and what clients see of it.
// Slow because it starts nginx.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { Environment } from '../../../src/config/config.ts'
import { password, person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { type NginxConfig, startNginx } from '../../support/nginx.ts'
import { startService, useService } from '../../support/service.ts'

const service = useService()

/** Starts nginx with this configuration, for the length of the test. */
async function nginxWith(config: NginxConfig) {
  const nginx = await startNginx(config)
  onTestFinished(nginx.stop)
  return nginx
}

/** Starts a service of its own behind nginx, for the length of the test. */
async function behind(env: Environment, configure: (service: string) => NginxConfig) {
  const running = await startService({ ...service.env, ...env })
  onTestFinished(running.stop)
  const nginx = await nginxWith(configure(running.url))
  return { running, nginx, api: createClient(nginx.url) }
}

describe('a proxy that compresses', () => {
  it('leaves clients with weak entity tags that work', async () => {
    const gzip = 'gzip on; gzip_proxied any; gzip_min_length 1; gzip_types *;'
    const { nginx, api } = await behind({}, (url) => ({
      server: `${gzip} location / { proxy_pass ${url}; }`,
    }))
    const ada = await person(service)
    const profileImageUrl = `https://images.example.com/${'word/'.repeat(400)}`
    await api.as(ada).patch('/users/me', { profileImageUrl })
    const path = `/api/v1/users/${ada.username}`
    const read = (headers: Record<string, string> = {}) =>
      fetch(nginx.url + path, { headers: { 'accept-encoding': 'gzip', ...headers } })
    const etag = (await read()).headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"/)
    expect((await read({ 'if-none-match': etag })).status).toBe(304)
    const change = (name: string) =>
      fetch(nginx.url + path, {
        method: 'PATCH',
        body: JSON.stringify({ name }),
        headers: {
          'if-match': etag,
          'content-type': 'application/json',
          authorization: `Bearer ${ada.token}`,
        },
      })
    expect((await change('Two')).status).toBe(200)
    expect((await change('Three')).status).toBe(412)
    expect((await read({ 'if-none-match': etag })).status).toBe(200)
  })
})

describe('a proxy that strips a path prefix', () => {
  it('appears in every path that clients receive', async () => {
    const { nginx } = await behind({ PUBLIC_PATH_PREFIX: '/shop/front' }, (url) => ({
      server: `location /shop/front/ { proxy_pass ${url}/; proxy_redirect off; }`,
    }))
    const api = createClient(`${nginx.url}/shop/front`)
    const ada = await person(service)
    const page = await api.as(ada).get('/users?limit=1')
    const link = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1] ?? ''
    expect(link).toMatch(/^\/shop\/front\/api\/v1\/users\?/)
    const headers = { authorization: `Bearer ${ada.token}` }
    expect((await fetch(nginx.url + link, { headers })).status).toBe(200)

    const missing = await fetch(`${nginx.url}/shop/front/api/v1/users/missing`)
    const { type } = (await missing.json()) as { type: string }
    expect(type).toBe('/shop/front/problems/not-found')
    expect((await fetch(new URL(type, missing.url))).status).toBe(200)

    const login = await api.post('/login', { username: ada.username, password })
    expect(login.headers.get('set-cookie')).toContain('; Path=/shop/front/api/v1/refresh;')
    const logout = await api.as({ token: login.body.access_token }).post('/logout')
    expect(logout.headers.get('set-cookie')).toContain('; Path=/shop/front/api/v1/refresh;')
  })

  it('appears in the contract and in the docs page', async () => {
    const { nginx } = await behind({ PUBLIC_PATH_PREFIX: '/shop' }, (url) => ({
      server: `location /shop/ { proxy_pass ${url}/; }`,
    }))
    const contract: unknown = await (await fetch(`${nginx.url}/shop/openapi.json`)).json()
    expect(contract).toMatchObject({ servers: [{ url: '/shop/api/v1' }] })
    expect(JSON.stringify(contract)).not.toMatch(/"\w*[uU]rl":"\/(?!shop\/)/)
    const page = `${nginx.url}/shop/docs`
    const html = await (await fetch(page)).text()
    const links = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((it) => it[1] ?? '')
    expect(links.length).toBeGreaterThan(2)
    for (const link of links) {
      expect([link, (await fetch(new URL(link, page))).status]).toEqual([link, 200])
    }
  })
})

describe('the address of a client behind a proxy', () => {
  const limited = { RATE_LIMIT_FACTOR: '1', TRUSTED_PROXIES: '127.0.0.1' }

  /** Asks from an address of this machine, and returns what is left of its limit. */
  async function left(url: string, localAddress: string) {
    const sent = request(`${url}/api/v1/refresh`, {
      method: 'POST',
      localAddress,
      headers: { 'content-type': 'application/json', connection: 'close' },
    })
    sent.end('{}')
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    return String(response.headers.ratelimit).split(';')[1]
  }

  it.each([
    ['a plain one', '$remote_addr'],
    ['one with a port', '$remote_addr:$remote_port'],
    ['one behind what the client has sent', '203.0.113.9, $remote_addr:$remote_port'],
  ])('is found in X-Forwarded-For: %s', async (_, header) => {
    const { nginx } = await behind({ ...limited, REDIS_PREFIX: `xff-${header}` }, (url) => ({
      server: `location / { proxy_pass ${url}; proxy_set_header X-Forwarded-For "${header}"; }`,
    }))
    expect(await left(nginx.url, '127.0.0.2')).toBe('r=59')
    expect(await left(nginx.url, '127.0.0.3')).toBe('r=59')
    expect(await left(nginx.url, '127.0.0.2')).toBe('r=58')
  })

  it('comes from X-Forwarded-For, also as IPv6 in brackets with a port', async () => {
    const port = await freePort()
    const forwarded = 'proxy_set_header X-Forwarded-For "[$remote_addr]:$remote_port";'
    const { running } = await behind({ ...limited, REDIS_PREFIX: 'xff-v6' }, (url) => ({
      server: `location / { proxy_pass ${url}; }`,
      http: `server { listen [::1]:${port}; location / { proxy_pass ${url}; ${forwarded} } }`,
    }))
    expect(await left(`http://[::1]:${port}`, '::1')).toBe('r=59')
    expect(await left(`http://[::1]:${port}`, '::1')).toBe('r=58')
    // Nothing has counted for the proxy itself.
    expect(await left(running.url, '127.0.0.1')).toBe('r=59')
  })

  it('is the proxy without TRUSTED_PROXIES, and one warning says so', async () => {
    const env = { RATE_LIMIT_FACTOR: '1', REDIS_PREFIX: 'xff-untrusted' }
    const { nginx, running } = await behind(env, (url) => ({
      server: `location / { proxy_pass ${url};
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }`,
    }))
    expect(await left(nginx.url, '127.0.0.2')).toBe('r=59')
    expect(await left(nginx.url, '127.0.0.3')).toBe('r=58')
    const warnings = running.logged().filter((it) => String(it.msg).includes('TRUSTED_PROXIES'))
    expect(warnings).toEqual([expect.objectContaining({ level: 'warn', peer: '127.0.0.1' })])
  })
})

describe('slow clients behind a proxy that does not buffer', () => {
  const unbuffered = (url: string) => ({
    server: `location / { proxy_pass ${url}; proxy_http_version 1.1;
      proxy_request_buffering off; proxy_buffering off; }`,
  })

  it('can send a request piece by piece', async () => {
    const { nginx } = await behind({}, unbuffered)
    const ada = await person(service)
    const profileImageUrl = `https://images.example.com/${'x'.repeat(1000)}`
    const body = JSON.stringify({ profileImageUrl })
    const sent = request(`${nginx.url}/api/v1/users/me`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${ada.token}`,
        'content-type': 'application/json',
        'content-length': body.length,
      },
    })
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>
    for (let at = 0; at < body.length; at += 100) {
      sent.write(body.slice(at, at + 100))
      await wait(100)
    }
    sent.end()
    const [response] = await answered
    response.resume()
    expect(response.statusCode).toBe(200)
  })

  it('can read a response piece by piece', async () => {
    const { nginx } = await behind({}, unbuffered)
    const path = '/docs/swagger-ui-bundle.js'
    const whole = await (await fetch(nginx.url + path)).text()
    const socket = connect(nginx.port, '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    let length = 0
    for await (const chunk of socket) {
      length += (chunk as Buffer).length
      await wait(20)
    }
    expect(length).toBeGreaterThan(whole.length)
  })
})
