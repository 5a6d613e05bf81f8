// Checks that no log contains a secret: a password or refresh token of the tests, or any text in the form
// of a token or hash.
import { expect } from 'vitest'
import { password } from './builders.ts'

/** A JSON Web Token, a cookie with a refresh token, a bcrypt hash. */
const forms = /eyJ[\w-]+\.[\w-]+\.[\w-]*|refresh_token=[\w-]|\$2[aby]\$\d\d\$/
const refreshTokens = new Set<string>()

/** Remembers the refresh token of a response, which cannot be recognized by its form. */
export function noteSecrets({ headers, text }: { headers: Headers; text: string }) {
  const inBody = /"refresh_token":"([\w-]{43})"/.exec(text)?.[1]
  const inCookie = /^refresh_token=([\w-]{43})/.exec(headers.get('set-cookie') ?? '')?.[1]
  for (const it of [inBody, inCookie]) if (it !== undefined) refreshTokens.add(it)
}

/** Fails the test where a log contains a secret. */
export function expectNoSecrets(log: string) {
  expect(log.includes(password), 'the log contains a password').toBe(false)
  expect(forms.exec(log)?.[0], 'the log contains a token or a hash').toBeUndefined()
  const found = log.match(/[\w-]{43}/g)?.filter((it) => refreshTokens.has(it))
  expect(found ?? [], 'the log contains refresh tokens').toEqual([])
}
