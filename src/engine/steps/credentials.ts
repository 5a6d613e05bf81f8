// Where the credentials of a security scheme stand in a request: `Authorization`, an API key in a header,
// the query or a cookie. Credentials that are sent twice, empty or malformed are wrong ones.
import type { IncomingMessage } from 'node:http'
import type { RequestContext } from '../context.ts'
import type { SecurityScheme } from '../operation.ts'

/** What `Authorization: Basic` holds (RFC 7617). One of the two may be empty. */
export interface BasicCredentials {
  readonly username: string
  readonly password: string
}

export type Credentials = string | BasicCredentials

/** How the credentials of one scheme are read. */
export interface CredentialReader {
  /** Returns null for credentials that cannot be anyone's, and undefined where none are sent. */
  read(context: RequestContext): Credentials | null | undefined
  /** What a client has to send, in words. */
  readonly words: string
  /** Returns the challenge of a 401, given whether wrong credentials were sent. */
  challenge(isWrong: boolean): string
  /** The request header that the response depends on. */
  readonly vary: string | undefined
}

const realm = 'realm="api"'
/** RFC 6750, section 3, has at least one parameter. */
export const bearerChallenge = `Bearer ${realm}`
const placeWords = { header: 'header', query: 'query parameter', cookie: 'cookie' }

/** Returns how the credentials of a scheme are read. */
export function credentialReader(scheme: SecurityScheme): CredentialReader {
  if (scheme.type === 'bearer') {
    return {
      read: ({ ctx }) => authorization(ctx.req, bearerToken),
      words: 'an access token in the header Authorization',
      // RFC 6750, section 3, names an error only for a token that was sent.
      challenge: (isWrong) =>
        isWrong ? `${bearerChallenge}, error="invalid_token"` : bearerChallenge,
      vary: 'Authorization',
    }
  }
  if (scheme.type === 'basic') {
    return {
      read: ({ ctx }) => authorization(ctx.req, basicCredentials),
      words: 'a user name and a password in the header Authorization',
      challenge: () => `Basic ${realm}, charset="UTF-8"`,
      vary: 'Authorization',
    }
  }
  const { type: place, name } = scheme
  const lowerCase = name.toLowerCase()
  const valuesIn = {
    header: ({ ctx }: RequestContext) => headerValues(ctx.req, lowerCase),
    query: ({ query }: RequestContext) => queryValues(query, name),
    cookie: ({ headers }: RequestContext) => cookieValues(String(headers.cookie ?? ''), name),
  }
  return {
    read: (context) => single(valuesIn[place](context)),
    words: `an API key in the ${placeWords[place]} ${name}`,
    // No registered challenge fits an API key, and a 401 has to have one.
    challenge: () => `ApiKey ${realm}, in="${place}", name="${name}"`,
    vary: { header: name, query: undefined, cookie: 'Cookie' }[place],
  }
}

function authorization<T>(req: IncomingMessage, parse: (header: string) => T | null) {
  const { authorization: header } = req.headers
  if (header === undefined) return undefined
  // Node takes the first of several, and a proxy may have checked another one.
  return countOf(req, 'authorization') > 1 ? null : parse(header)
}

const bearerSyntax = /^Bearer +([\w.~+/-]+=*)$/i

/** Returns the access token of RFC 6750, section 2.1. */
const bearerToken = (header: string) => bearerSyntax.exec(header)?.[1] ?? null

const basicSyntax = /^Basic +([A-Za-z\d+/]+={0,2})$/i
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const controlCharacter = /\p{Cc}/u

function basicCredentials(header: string): BasicCredentials | null {
  const text = decoded(basicSyntax.exec(header)?.[1] ?? '')
  // A username has no colon; a password may have some.
  const colon = text.indexOf(':')
  if (colon < 0 || text === ':' || controlCharacter.test(text)) return null
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Returns an empty text for bytes that are not UTF-8, which the challenge asks for. */
function decoded(base64: string): string {
  try {
    return utf8.decode(Buffer.from(base64, 'base64'))
  } catch {
    return ''
  }
}

function single([first, ...others]: readonly string[]): string | null | undefined {
  if (first === undefined) return undefined
  return first === '' || others.length > 0 ? null : first
}

function headerValues(req: IncomingMessage, lowerCase: string): string[] {
  const value = req.headers[lowerCase]
  if (value === undefined) return []
  return countOf(req, lowerCase) > 1 ? ['', ''] : [String(value)]
}

function countOf({ rawHeaders }: IncomingMessage, lowerCase: string): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === lowerCase.length && name.toLowerCase() === lowerCase) count += 1
  }
  return count
}

/** A query that is not valid percent-encoding is a 400 in a later step. */
function queryValues(query: string, name: string): string[] {
  return new URLSearchParams(query).getAll(name)
}

function cookieValues(header: string, name: string): string[] {
  return header
    .split(';')
    .map((it) => it.trim())
    .filter((it) => it.startsWith(`${name}=`))
    .map((it) => it.slice(name.length + 1).replace(/^"(.*)"$/, '$1'))
}
