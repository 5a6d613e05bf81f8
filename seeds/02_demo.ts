// Somebody to look at on a local machine. Their password is known to everybody who reads this, so
// they exist nowhere else.
import type { Knex } from 'knex'
import { systemClock } from '../src/clock.ts'
import { loadConfig, readEnvironment } from '../src/config.ts'
import { userRepository } from '../src/features/users/repository.ts'
import { bcryptPasswords } from '../src/platform/passwords.ts'

const password = 'Demo-user-1'
const people = [
  { name: 'Ada Lovelace', username: 'ada', email: 'ada@example.com' },
  { name: 'Grace Hopper', username: 'grace', email: 'grace@example.com' },
  { name: 'Edsger Dijkstra', username: 'edsger', email: 'edsger@example.com' },
]

export async function seed(knex: Knex) {
  const { local, auth } = loadConfig(readEnvironment())
  if (!local) return
  const users = userRepository(knex, systemClock)
  const passwordHash = await bcryptPasswords(auth.bcryptCost).hash(password)
  for (const person of people) {
    if (await users.findByUsername(person.username)) continue
    await users.create({ ...person, passwordHash, profileImageUrl: null })
  }
}
