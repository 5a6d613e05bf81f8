// Seeds a database: some hundred posts by twenty authors, each of them logged in.
import bcrypt from 'bcrypt'
import { loadConfig } from '../src/config/config.ts'
import type { Database } from '../src/db/connection.ts'
import { userRepository } from '../src/features/accounts/repository.ts'
import { sessionRepository } from '../src/features/accounts/session-repository.ts'
import { postRepository } from '../src/features/posts/repository.ts'
import { systemClock } from '../src/lib/clock.ts'
import { jwtTokens } from '../src/security/tokens.ts'
import { environment } from './contestants.ts'
import type { Author, PostKey } from './workloads.ts'

export const people = 20
/** More than fit on a page. */
export const postsOfEach = 25
export const postText = 'Nothing but a text to read. '.repeat(10).slice(0, 300)

/** The password of all users, so that it is hashed once. */
export const password = 'Correct-horse-7'

export interface Seeded {
  readonly posts: readonly PostKey[]
  readonly authors: readonly Author[]
}

/** A user with a session. */
export interface SeededUser extends Author {
  readonly id: string
  readonly sessionId: string
}

/** Returns a function that creates a user and logs it in. Access tokens stay valid for a whole run. */
export async function userCreator(
  db: Database,
): Promise<(username: string) => Promise<SeededUser>> {
  const url = 'postgres://localhost/unused'
  const config = loadConfig({ ...environment, DATABASE_URL: url })
  const { tokens: settings, sessionSeconds: lifetime, bcryptCost } = config.auth
  const tokens = jwtTokens({ ...settings, clock: systemClock })
  const users = userRepository(db, systemClock)
  const sessions = sessionRepository(db, { clock: systemClock, lifetime })
  const passwordHash = await bcrypt.hash(password, bcryptCost)
  return async (username) => {
    const names = { name: `User ${username}`, username, email: `${username}@example.com` }
    const user = await users.create({ ...names, passwordHash, profileImageUrl: null })
    const { id: sessionId } = await sessions.start(user, undefined)
    const { token } = tokens.issue({ userId: user.id, sessionId })
    return { username, token, id: user.id, sessionId }
  }
}

/** Seeds a migrated database. */
export async function seed(db: Database): Promise<Seeded> {
  const createUser = await userCreator(db)
  const posts = postRepository(db, systemClock)
  const seeded = { posts: [] as PostKey[], authors: [] as Author[] }
  for (let person = 0; person < people; person++) {
    const { id, username, token } = await createUser(`author${person}`)
    seeded.authors.push({ username, token })
    for (let post = 0; post < postsOfEach; post++) {
      const written = await posts.create(
        { id, username },
        { title: `Post ${post}`, text: postText },
      )
      if (written) seeded.posts.push({ username, id: written.id })
    }
  }
  await db.raw('vacuum analyze')
  return seeded
}
