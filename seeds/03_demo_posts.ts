// A post for each demo user, on a local machine and where there are no posts yet.
import type { Knex } from 'knex'
import { openCache } from '../src/app.ts'
import { loadConfig, readEnvironment } from '../src/config/config.ts'
import { userRepository } from '../src/features/accounts/repository.ts'
import { postRepository } from '../src/features/posts/repository.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLogger } from '../src/lib/log.ts'

const demoPosts = [
  { username: 'ada', title: 'Notes on the engine', text: 'Notes on the engine, by Ada Lovelace.' },
  { username: 'grace', title: 'The first bug', text: 'The first bug, by Grace Hopper.' },
  { username: 'edsger', title: 'On going to', text: 'On going to, by Edsger Dijkstra.' },
]

export async function seed(knex: Knex) {
  const config = loadConfig(readEnvironment())
  if (!config.local || (await knex('posts').first()) !== undefined) return
  const posts = postRepository(knex, systemClock)
  const users = userRepository(knex, systemClock)
  const cache = openCache({ config, log: createLogger({ level: 'warn', part: 'seeds' }) })
  await cache.settled
  for (const { username, ...post } of demoPosts) {
    const id = await users.findIdByUsername(username)
    if (id === undefined) continue
    await posts.create({ id, username }, post)
    await cache.manual.invalidate('listPosts', { username })
  }
  cache.close()
}
