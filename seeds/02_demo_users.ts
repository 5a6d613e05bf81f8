// Demo users for a local machine. They are created only where there are no users but superusers, and
// nowhere else than on a local machine, because their password is public.
import type { Knex } from 'knex'
import { openCache } from '../src/app.ts'
import { loadConfig, readEnvironment } from '../src/config/config.ts'
import { userRepository } from '../src/features/accounts/repository.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLogger } from '../src/lib/log.ts'
import { bcryptPasswords } from '../src/security/passwords.ts'

const password = 'Demo-user-1'
const demoUsers = [
  { name: 'Ada Lovelace', username: 'ada' },
  { name: 'Grace Hopper', username: 'grace' },
  { name: 'Edsger Dijkstra', username: 'edsger' },
]

export async function seed(knex: Knex) {
  const config = loadConfig(readEnvironment())
  if (!config.local || (await knex('users').where({ is_superuser: false }).first()) !== undefined) {
    return
  }
  const users = userRepository(knex, systemClock)
  const passwordHash = await bcryptPasswords(config.auth.bcryptCost).hash(password)
  for (const user of demoUsers) {
    const email = `${user.username}@example.com`
    await users.create({ ...user, email, passwordHash, profileImageUrl: null })
  }
  const cache = openCache({ config, log: createLogger({ level: 'warn', part: 'seeds' }) })
  await cache.settled
  await cache.manual.invalidate('listUsers')
  cache.close()
}
