// The baseline's checks of requests and tokens, written by hand after the contract. They throw a problem.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type FieldError, Problem } from '../parts/answers.ts'
import type { NewPost, PageRequest } from '../parts/rows.ts'
import { settings } from '../parts/settings.ts'

const name = /^(?!me$)[a-z0-9]{2,20}$/
const uuid = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const cursorForm = /^[A-Za-z0-9_-]{1,200}$/
const digits = /^\d+$/
const httpUrl = /^https?:\/\/[^\s/]/i

const wrong = (pointer: string, detail: string): FieldError => ({ pointer, detail })

function throwIfAny(errors: readonly FieldError[]) {
  if (errors.length > 0) throw new Problem(422, errors)
}

export function checkName(username: string) {
  if (!name.test(username)) throwIfAny([wrong('/path/username', 'must be a username')])
}

export function checkId(id: string) {
  if (!uuid.test(id)) throwIfAny([wrong('/path/postId', 'must be a UUID in lower case')])
}

export function pageRequestOf(query: string | undefined): PageRequest {
  if (query === undefined) return { limit: 20 }
  const errors: FieldError[] = []
  let limit = 20
  let cursor: string | undefined
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'limit') {
      limit = digits.test(value) ? Number(value) : Number.NaN
      if (Number.isNaN(limit)) errors.push(wrong('/query/limit', 'must be an integer'))
      else if (limit < 1) errors.push(wrong('/query/limit', 'must be 1 or more'))
      else if (limit > 100) errors.push(wrong('/query/limit', 'must be 100 or less'))
    } else if (key === 'cursor') {
      cursor = value
      if (!cursorForm.test(value)) errors.push(wrong('/query/cursor', 'must be a cursor'))
    } else errors.push(wrong(`/query/${key}`, 'is not known here'))
  }
  throwIfAny(errors)
  return { limit, cursor }
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && !value.includes('\0') && value.isWellFormed()

/** Tells whether a value is a text of `min` to `max` characters. A string may have more code units. */
function isWithin(value: unknown, min: number, max: number): boolean {
  if (!isText(value) || value.length < min) return false
  if (value.length <= max && value.length >= 2 * min) return true
  const { length } = [...value]
  return length >= min && length <= max
}

function membersOf(text: string): Partial<Record<string, unknown>> {
  if (text === '') throw new Problem(422, [wrong('/body', 'must be present')])
  const value = parsed(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new Problem(422, [wrong('/body', 'must be an object')])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400)
  }
}

export function newPostOf(text: string): NewPost {
  const body = membersOf(text)
  const errors: FieldError[] = []
  if (!isWithin(body.title, 2, 30)) errors.push(wrong('/body/title', 'must be a title'))
  if (!isWithin(body.text, 1, 63_206)) errors.push(wrong('/body/text', 'must be a text'))
  const { mediaUrl } = body
  const isUrl = isWithin(mediaUrl, 1, 2048) && httpUrl.test(String(mediaUrl))
  if (mediaUrl != null && !(isUrl && URL.canParse(String(mediaUrl)))) {
    errors.push(wrong('/body/mediaUrl', 'must be a URL'))
  }
  for (const key in body) {
    if (key !== 'title' && key !== 'text' && key !== 'mediaUrl') {
      errors.push(wrong(`/body/${key}`, 'is not known here'))
    }
  }
  throwIfAny(errors)
  const url = mediaUrl == null ? null : String(mediaUrl)
  return { title: String(body.title), text: String(body.text), mediaUrl: url }
}

export interface Subject {
  readonly sub: string
  readonly sid: string
  readonly exp: number
}

/** The claims of the tokens whose signatures are verified. The service remembers them too. */
const verified = new Map<string, Subject>()
const maxVerified = 10_000

/** Returns the claims of the request's token. @throws Problem 401 */
export function subjectOf(authorization: string | undefined): Subject {
  if (!authorization?.startsWith('Bearer ')) throw new Problem(401)
  const token = authorization.slice(7)
  const subject = verified.get(token) ?? verify(token)
  if (subject === undefined || subject.exp * 1000 <= Date.now()) throw new Problem(401)
  return subject
}

function verify(token: string): Subject | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const sent = Buffer.from(signature, 'base64url')
  const right = createHmac('sha256', settings.secret).update(`${header}.${payload}`).digest()
  if (sent.length !== right.length || !timingSafeEqual(sent, right)) return undefined
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const { iss, aud } = claims
  if (alg !== 'HS256' || iss !== settings.issuer || aud !== settings.audience) return undefined
  if (verified.size >= maxVerified) verified.clear()
  verified.set(token, claims)
  return claims
}
