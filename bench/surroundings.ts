// What the contestants run on: a private PostgreSQL with rows to read, a private Redis, and a
// folder, all of them temporary.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../scripts/infrastructure/ports.ts'
import { startPostgres } from '../scripts/infrastructure/postgres.ts'
import { startRedis } from '../scripts/infrastructure/redis.ts'
import { systemClock } from '../src/clock.ts'
import { postRepository } from '../src/features/posts/repository.ts'
import { userRepository } from '../src/features/users/repository.ts'
import { createLogger } from '../src/log.ts'
import { createDatabase } from '../src/platform/database.ts'
import type { PostKey } from './workloads.ts'

const authors = 20
const postsOfEach = 20
const textLength = 300

export interface Surroundings {
  /** For what the contestants write. */
  readonly folder: string
  readonly databaseUrl: string
  readonly redisPort: number
  readonly posts: readonly PostKey[]
  stop(): Promise<void>
}

export async function startSurroundings(): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), 'api-bench-'))
  await chmod(folder, 0o755)
  const stops = [() => rm(folder, { recursive: true, force: true })]
  const stop = async () => {
    for (const stopOne of stops.reverse()) await stopOne()
  }
  try {
    const dataDir = (name: string) => join(folder, name)
    const redisPort = await freePort()
    const redis = { dataDir: dataDir('redis'), port: redisPort, durable: false }
    stops.push((await startRedis(redis)).stop)
    const postgres = await startPostgres({
      dataDir: dataDir('postgres'),
      port: await freePort(),
      durable: false,
    })
    stops.push(postgres.stop)
    const posts = await seed(postgres.url)
    return { folder, databaseUrl: postgres.url, redisPort, posts, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Some hundred posts by a handful of people, spread as if they had been written in turn. */
async function seed(url: string): Promise<PostKey[]> {
  const db = createDatabase({ url, poolMax: 2 }, createLogger({ level: 'silent', part: 'bench' }))
  try {
    await db.migrate.latest()
    const users = userRepository(db, systemClock)
    const posts = postRepository(db, systemClock)
    const keys: PostKey[] = []
    for (let author = 0; author < authors; author++) {
      const username = `author${author}`
      const person = { name: `Author ${author}`, username, email: `${username}@example.com` }
      const account = { passwordHash: 'nobody logs in', profileImageUrl: null }
      const { id: userId } = await users.create({ ...person, ...account })
      for (let post = 0; post < postsOfEach; post++) {
        const text = 'Nothing but a text to be read. '.repeat(textLength).slice(0, textLength)
        const { id } = await posts.create(userId, { title: `Post ${post}`, text })
        keys.push({ username, id })
      }
    }
    await db.raw('analyze')
    return keys
  } finally {
    await db.destroy()
  }
}
