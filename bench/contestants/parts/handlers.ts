// The operations of the contestants with a framework: they read from the cache or the database, and
// write. The framework routes, validates and responds.
import jwt from 'jsonwebtoken'
import { Problem } from './answers.ts'
import * as store from './knex-store.ts'
import { type NewPost, nextLink, type PageRequest, toPage, toPost } from './rows.ts'
import { settings } from './settings.ts'

const { secret, issuer, audience, version } = settings

/** Serializes a response body to JSON. */
export type Write = (answer: Record<string, unknown>) => string

export const health = () => ({ status: 'ok', version })

export function readPost(username: string, postId: string, write: Write): Promise<store.Cached> {
  return store.cachedPost(username, postId, async () => {
    const row = await store.findPost(username, postId)
    if (row === undefined) throw new Problem(404)
    return write(toPost(row))
  })
}

export function readPage(username: string, request: PageRequest, write: Write) {
  return store.cachedPage(username, request, async () => {
    const rows = await store.listPosts(username, request)
    if (rows === undefined) throw new Problem(404)
    const page = toPage(rows, request.limit)
    return { body: write(page), link: nextLink(username, request.limit, page.nextCursor) }
  })
}

/** Creates a post and returns it with its location. @throws Problem 403 */
export async function writePost(
  author: { readonly id: string; readonly username: string },
  username: string,
  body: NewPost,
) {
  if (author.username !== username) throw new Problem(403)
  const post = toPost(await store.createPost(author.id, body))
  await store.dropLists(username)
  return { post, location: `/api/v1/users/${username}/posts/${post.id}` }
}

/** The claims of an access token: its user and its session. */
export interface Claims {
  readonly sub: string
  readonly sid: string
}

/** Returns the user of a token. @throws Problem 401 */
export async function userOf({ sub, sid }: Claims) {
  const user = await store.findBySession(sub, sid)
  if (user === undefined) throw new Problem(401)
  return user
}

/** Verifies the token of a request with jsonwebtoken and returns its claims. @throws Problem 401 */
export function claimsOf(authorization: string | undefined): Claims {
  if (!authorization?.startsWith('Bearer ')) throw new Problem(401)
  const options = { algorithms: ['HS256' as const], issuer, audience }
  const claims = verified(() => jwt.verify(authorization.slice(7), secret, options))
  if (typeof claims === 'string' || claims.sub === undefined) throw new Problem(401)
  return { sub: claims.sub, sid: String(claims.sid) }
}

/** Returns what `verify` returns. @throws Problem 401 for every error of jsonwebtoken */
function verified<T>(verify: () => T): T {
  try {
    return verify()
  } catch {
    throw new Problem(401)
  }
}
