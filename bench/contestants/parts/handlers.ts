// The operations as an application with a framework has them, whichever that is: what is read, from
// the cache or the database, and what is written. The framework brings routes, rules and answers.
import jwt from 'jsonwebtoken'
import { Refused } from './answers.ts'
import * as store from './knex-store.ts'
import { type NewPost, nextLink, type PageRequest, shownPage, shownPost } from './rows.ts'
import { settings } from './settings.ts'

const { secret, issuer, audience, version } = settings

/** Writes an answer as JSON. */
export type Write = (answer: Record<string, unknown>) => string

export const health = () => ({ status: 'ok', version })

export function readPost(username: string, postId: string, write: Write): Promise<store.Cached> {
  return store.cachedPost(username, postId, async () => {
    const row = await store.findPost(username, postId)
    if (row === undefined) throw new Refused(404)
    return write(shownPost(row))
  })
}

export function readPage(username: string, request: PageRequest, write: Write) {
  return store.cachedPage(username, request, async () => {
    const rows = await store.listPosts(username, request)
    if (rows === undefined) throw new Refused(404)
    const page = shownPage(rows, request.limit)
    return { body: write(page), link: nextLink(username, request.limit, page.nextCursor) }
  })
}

/** The new post and where it is found. */
export async function writePost(
  author: { readonly id: string; readonly username: string },
  username: string,
  body: NewPost,
) {
  if (author.username !== username) throw new Refused(403)
  const post = shownPost(await store.createPost(author.id, body))
  await store.dropLists(username)
  return { post, location: `/api/v1/users/${username}/posts/${post.id}` }
}

/** What a token says: whose it is, and from which login. */
export interface Claims {
  readonly sub: string
  readonly sid: string
}

/** The user whom a token stands for. @throws Refused 401 */
export async function userOf({ sub, sid }: Claims) {
  const user = await store.findBySession(sub, sid)
  if (user === undefined) throw new Refused(401)
  return user
}

/** The claims of the token in a request, by jsonwebtoken. @throws Refused 401 */
export function claimsOf(authorization: string | undefined): Claims {
  if (!authorization?.startsWith('Bearer ')) throw new Refused(401)
  const options = { algorithms: ['HS256' as const], issuer, audience }
  const claims = verified(() => jwt.verify(authorization.slice(7), secret, options))
  if (typeof claims === 'string' || claims.sub === undefined) throw new Refused(401)
  return { sub: claims.sub, sid: String(claims.sid) }
}

/** What was signed. @throws Refused 401 for what jsonwebtoken throws at. */
function verified<T>(verify: () => T): T {
  try {
    return verify()
  } catch {
    throw new Refused(401)
  }
}
