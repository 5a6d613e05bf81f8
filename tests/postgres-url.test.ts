// What the URL of PostgreSQL says about TLS.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Environment, loadConfig } from '../src/config/config.ts'
import { serverOptions } from '../src/db/server.ts'
import { createCertificates } from './support/certificates.ts'
import { errorsOf } from './support/config-errors.ts'

const url = 'postgres://u:p%40ss@db.example.com/app'
let folder: string
let ca: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postgres-url-'))
  createCertificates(folder)
  ca = join(folder, 'ca.pem')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Returns what a connection checks of the server; undefined without TLS. */
const verified = (env: Environment) => loadConfig(env).database.tls?.verify

describe('the URL of PostgreSQL', () => {
  it.each([
    ['', undefined, 'host'],
    ['?sslmode=disable', undefined, 'error'],
    ['?sslmode=require', 'nothing', 'issuer'],
    ['?ssl=true', 'nothing', 'issuer'],
    ['?sslmode=verify-ca', 'error', 'issuer'],
    ['?sslmode=verify-full', 'host', 'host'],
    ['?sslmode=verify-full&sslrootcert=system', 'host', 'error'],
    ['?ssl=false', undefined, 'error'],
    ['?sslmode=require&channel_binding=require', 'nothing', 'issuer'],
  ])('with %j checks %s, and %s with DATABASE_TLS_CA', (query, alone, withAuthority) => {
    const DATABASE_URL = `${url}${query}`
    for (const [more, expected] of [
      [{}, alone],
      [{ DATABASE_TLS_CA: ca }, withAuthority],
    ] as const) {
      const env = { DATABASE_URL, ...more }
      const errors = errorsOf(env)
      expect(errors).toEqual(expected === 'error' ? [expect.stringMatching(/^DATABASE_URL: /)] : [])
      if (expected !== 'error') expect(verified(env)).toBe(expected)
    }
  })

  it('reaches pg without the parameters of TLS, and with all others', () => {
    const query = '?sslmode=require&application_name=a%20b&ssl=true&uselibpqcompat=true'
    const { database } = loadConfig({ DATABASE_URL: `${url}${query}` })
    expect(new URL(database.url).searchParams.toString()).toBe('application_name=a+b')
    const client = new pg.Client(serverOptions(database))
    expect(client).toMatchObject({ host: 'db.example.com', user: 'u', password: 'p@ss' })
    expect(loadConfig({ DATABASE_URL: url }).database.url).toBe(url)
  })

  it('may name the authorities and the certificate of the client as libpq does', () => {
    const [cert, key] = [join(folder, 'server.pem'), join(folder, 'server.key')]
    const query = `?sslmode=verify-full&sslrootcert=${ca}&sslcert=${cert}&sslkey=${key}`
    const { tls } = loadConfig({ DATABASE_URL: `${url}${query}` }).database
    const pem = (name: string) => expect.stringMatching(`^-----BEGIN ${name}-----`)
    expect(tls).toMatchObject({ ca: pem('CERTIFICATE'), cert: pem('CERTIFICATE') })
    expect(tls?.key).toEqual(pem('PRIVATE KEY'))
  })

  it.each([
    [`${url}?sslmode=prefer`, /not "prefer", which may connect without TLS/],
    [`${url}?sslmode=no-verify`, /sslmode=require or .*not "no-verify"/],
    [`${url}?ssl=maybe`, /not "maybe"/],
    [`${url}?sslmode=require&sslcrl=/crl.pem`, /no sslcrl/],
    [`${url}?sslmode=require&sslnegotiation=direct`, /no sslnegotiation/],
    [`${url}?sslmode=verify-full&sslrootcert=/none.pem`, /readable file in sslrootcert/],
    [`${url}?sslmode=require&sslcert=/none.pem`, /readable file in sslcert/],
    ['postgres://u:p@a:5432,b:5432/main', /one host/],
    ['postgres://u:p@a,b/app?target_session_attrs=read-write', /one host/],
    ['postgres:///app?host=a,b', /one host/],
  ])('%s is refused with the reason', (DATABASE_URL, reason) => {
    const errors = errorsOf({ DATABASE_URL })
    expect(errors[0]).toMatch(/^DATABASE_URL: /)
    expect(errors[0]).toMatch(reason)
    expect(errors.join()).not.toContain('p%40ss')
  })

  it('may have a comma in its password', () => {
    expect(errorsOf({ DATABASE_URL: 'postgres://u:p,q@a/app' })).toEqual([])
  })

  it('of a socket has no TLS', () => {
    expect(verified({ DATABASE_URL: 'postgres://u@%2Fvar%2Frun/app?sslmode=require' })).toBe(
      undefined,
    )
    expect(verified({ DATABASE_URL: 'postgres:///app?host=/var/run&ssl=true' })).toBe(undefined)
  })
})

describe('DATABASE_TLS_CA', () => {
  it('turns TLS on for POSTGRES_* too, and serves DATABASE_LISTEN_URL', () => {
    const { database } = loadConfig({
      POSTGRES_SERVER: 'db.example.com',
      DATABASE_LISTEN_URL: `${url}?sslmode=verify-ca`,
      DATABASE_TLS_CA: ca,
    })
    expect([database.tls?.verify, database.listener.tls?.verify]).toEqual(['host', 'issuer'])
    expect(database.listener.tls?.ca).toBe(database.tls?.ca)
  })

  it('must be a file of certificates, and needs a server of its own', () => {
    const path = join(folder, 'server.key')
    expect(errorsOf({ DATABASE_URL: url, DATABASE_TLS_CA: path })).toEqual([
      expect.stringMatching(/^DATABASE_TLS_CA: .*certificates in PEM, got ".*server\.key"/),
    ])
    expect(errorsOf({ DATABASE_TLS_CA: ca })).toEqual([
      expect.stringMatching(/^DATABASE_TLS_CA: .*DATABASE_URL or POSTGRES_SERVER/),
    ])
    const both = { DATABASE_URL: `${url}?sslrootcert=${ca}&sslmode=require`, DATABASE_TLS_CA: ca }
    expect(errorsOf(both)).toEqual([expect.stringMatching(/no sslrootcert beside DATABASE_TLS_CA/)])
  })
})
