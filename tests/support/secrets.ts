// That no secret stands in a log: what the service has handed out and been told during the tests, and
// whatever has the form of it.
import { expect } from 'vitest'
import { password } from './builders.ts'

/** A JSON Web Token, a cookie with a refresh token, a bcrypt hash. */
const forms = /eyJ[\w-]+\.[\w-]+\.[\w-]*|refresh_token=[\w-]|\$2[aby]\$\d\d\$/
const refreshTokens = new Set<string>()

/** Remembers the refresh token that an answer grants, which has no form of its own. */
export function noteSecrets({ headers, text }: { headers: Headers; text: string }) {
  const inBody = /"refresh_token":"([\w-]{43})"/.exec(text)?.[1]
  const inCookie = /^refresh_token=([\w-]{43})/.exec(headers.get('set-cookie') ?? '')?.[1]
  for (const it of [inBody, inCookie]) if (it !== undefined) refreshTokens.add(it)
}

/** Fails the test where one of them stands in a log. */
export function expectNoSecrets(log: string) {
  expect(log.includes(password), 'a password stands in the log').toBe(false)
  expect(forms.exec(log)?.[0], 'a token or a hash stands in the log').toBeUndefined()
  const found = log.match(/[\w-]{43}/g)?.filter((it) => refreshTokens.has(it))
  expect(found ?? [], 'refresh tokens stand in the log').toEqual([])
}
