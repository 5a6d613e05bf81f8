// The first superuser, from the ADMIN_* variables.
import type { Knex } from 'knex'
import { validators } from '../generated/validators.js'
import { openCache } from '../src/app.ts'
import { loadConfig, readEnvironment } from '../src/config/config.ts'
import { userRepository } from '../src/features/accounts/repository.ts'
import { ensureSuperuser } from '../src/features/accounts/superuser.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLogger } from '../src/lib/log.ts'
import { bcryptPasswords } from '../src/security/passwords.ts'

export async function seed(knex: Knex) {
  const config = loadConfig(readEnvironment())
  const { admin, auth } = config
  if (admin === undefined) return
  const cache = openCache({ config, log: createLogger({ level: 'warn', part: 'seeds' }) })
  await cache.settled
  const users = userRepository(knex, systemClock)
  const passwords = bcryptPasswords(auth.bcryptCost)
  const validate = {
    account: validators.updateCurrentUser.body['application/json'],
    password: validators.changePassword.body['application/json'],
  }
  const { invalidate } = cache.manual
  try {
    const { message } = await ensureSuperuser({ users, passwords, validate, invalidate }, admin)
    console.log(message)
  } finally {
    cache.close()
  }
}
