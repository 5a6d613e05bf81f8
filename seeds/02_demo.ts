// People and posts to look at on a local machine, put into a database where there is nobody yet but
// the superuser. Their password is known to everybody who reads this, so they exist nowhere else.
import type { Knex } from 'knex'
import { openCache } from '../src/app.ts'
import { loadConfig, readEnvironment } from '../src/config/config.ts'
import { userRepository } from '../src/features/accounts/user-repository.ts'
import { postRepository } from '../src/features/posts/repository.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLogger } from '../src/lib/log.ts'
import { bcryptPasswords } from '../src/security/passwords.ts'

const password = 'Demo-user-1'
const people = [
  { name: 'Ada Lovelace', username: 'ada', post: 'Notes on the engine' },
  { name: 'Grace Hopper', username: 'grace', post: 'The first bug' },
  { name: 'Edsger Dijkstra', username: 'edsger', post: 'On going to' },
]

export async function seed(knex: Knex) {
  const config = loadConfig(readEnvironment())
  const { local, auth } = config
  const users = userRepository(knex, systemClock)
  const { items } = await users.anyPage({ limit: 2 })
  if (!local || items.some((it) => !it.isSuperuser)) return
  const posts = postRepository(knex, systemClock)
  const passwordHash = await bcryptPasswords(auth.bcryptCost).hash(password)
  for (const { post, ...person } of people) {
    const email = `${person.username}@example.com`
    await users.create({ ...person, email, passwordHash, profileImageUrl: null })
    await posts.create(person, { title: post, text: `${post}, by ${person.name}.` })
  }
  const cache = openCache({ config, log: createLogger({ level: 'warn', part: 'seeds' }) })
  await cache.settled
  await cache.byHand.invalidate('listUsers')
  cache.close()
}
