// The first superuser, from ADMIN_*.
import type { Knex } from 'knex'
import { systemClock } from '../src/clock.ts'
import { loadConfig, readEnvironment } from '../src/config.ts'
import { ensureSuperuser } from '../src/features/users/ensure-superuser.ts'
import { userRepository } from '../src/features/users/repository.ts'
import { bcryptPasswords } from '../src/platform/passwords.ts'

export async function seed(knex: Knex) {
  const { admin, auth } = loadConfig(readEnvironment())
  if (admin === undefined) return
  const users = userRepository(knex, systemClock)
  const passwords = bcryptPasswords(auth.bcryptCost)
  const { message } = await ensureSuperuser({ users, passwords }, admin)
  console.log(message)
}
