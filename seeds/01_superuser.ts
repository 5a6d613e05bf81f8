// The first superuser, from ADMIN_*.
import type { Knex } from 'knex'
import { systemClock } from '../src/clock.ts'
import { openCache } from '../src/compose.ts'
import { loadConfig, readEnvironment } from '../src/config.ts'
import { ensureSuperuser } from '../src/features/users/ensure-superuser.ts'
import { userRepository } from '../src/features/users/repository.ts'
import { createLogger } from '../src/log.ts'
import { bcryptPasswords } from '../src/platform/passwords.ts'

export async function seed(knex: Knex) {
  const config = loadConfig(readEnvironment())
  const { admin, auth } = config
  if (admin === undefined) return
  const cache = openCache({ config, log: createLogger({ level: 'warn', part: 'seeds' }) })
  await cache.settled
  const users = userRepository(knex, systemClock)
  const passwords = bcryptPasswords(auth.bcryptCost)
  const { invalidate } = cache.byHand
  try {
    const { message } = await ensureSuperuser({ users, passwords, invalidate }, admin)
    console.log(message)
  } finally {
    cache.close()
  }
}
