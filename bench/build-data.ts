// Prepares the data of one build: a database with the build's own migrations, filled through its own
// API. So a build may have other tables, sessions and tokens than this one.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { closeDatabase, createDatabase } from '../src/db/connection.ts'
import { createLogger } from '../src/lib/log.ts'
import { environment, type Start, startContestant } from './contestants.ts'
import { password, people, postsOfEach, postText, type Seeded } from './seed.ts'
import { type Workload, workloads, writtenTitle } from './workloads.ts'

export interface BuildData {
  readonly databaseUrl: string
  readonly workloads: readonly Workload[]
  /** Deletes the rows that a workload wrote. */
  removeWritten(): Promise<void>
  close(): Promise<void>
}

/**
 * Migrates an empty database with the build in `folder` and fills it.
 * @throws Error if the build does not migrate, start or answer.
 */
export async function prepareBuild(folder: string, start: Start): Promise<BuildData> {
  const { databaseUrl } = start
  const env = { ...process.env, ...environment, DATABASE_URL: databaseUrl }
  await promisify(execFile)(process.execPath, [join(folder, 'migrate.js'), 'latest'], { env })
  const server = await startContestant(folder, join(folder, 'server.js'), start)
  const seeded = await fill(`http://127.0.0.1:${server.port}/api/v1`).finally(server.stop)
  const quiet = createLogger({ level: 'silent', part: 'bench' })
  const db = createDatabase({ url: databaseUrl, poolMax: 1 }, quiet)
  await db.raw('vacuum analyze')
  return {
    databaseUrl,
    workloads: workloads(seeded.posts, seeded.authors),
    async removeWritten() {
      await db('posts').where({ title: writtenTitle }).delete()
      await db.raw('vacuum analyze posts')
    },
    close: () => closeDatabase(db),
  }
}

async function fill(api: string): Promise<Seeded> {
  const authors = await Promise.all(
    Array.from({ length: people }, (_, index) => register(api, `author${index}`)),
  )
  const posts = await Promise.all(authors.map((author) => write(api, author)))
  return { authors, posts: posts.flat() }
}

async function register(api: string, username: string) {
  const account = { name: `User ${username}`, username, email: `${username}@example.com`, password }
  await send(`${api}/users`, { body: JSON.stringify(account), ...json })
  const login = await send(`${api}/login`, { body: new URLSearchParams({ username, password }) })
  return { username, token: String(login.access_token) }
}

async function write(api: string, { username, token }: { username: string; token: string }) {
  const headers = { ...json.headers, authorization: `Bearer ${token}` }
  const posts: { username: string; id: string }[] = []
  for (let post = 0; post < postsOfEach; post++) {
    const body = JSON.stringify({ title: `Post ${post}`, text: postText })
    const { id } = await send(`${api}/users/${username}/posts`, { body, headers })
    posts.push({ username, id: String(id) })
  }
  return posts
}

const json = { headers: { 'content-type': 'application/json' } }

async function send(url: string, request: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: 'POST', ...request })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Record<string, unknown>
}
