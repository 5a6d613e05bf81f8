// Creates the first superuser from ADMIN_*.
import { validators } from '../../../generated/validators.js'
import { openCache } from '../../app.ts'
import { loadConfig, readEnvironment } from '../../config/config.ts'
import { closeDatabase, createDatabase } from '../../db/connection.ts'
import { userRepository } from '../../features/accounts/repository.ts'
import { ensureSuperuser } from '../../features/accounts/superuser.ts'
import { systemClock } from '../../lib/clock.ts'
import { createLogger } from '../../lib/log.ts'
import { bcryptPasswords } from '../../security/passwords.ts'
import { reasonOf } from '../command-line.ts'
import { databaseError } from './database.ts'

/** @throws Error with a message for an operator. */
export async function createSuperuser(): Promise<readonly string[]> {
  const config = loadConfig(readEnvironment())
  const { admin, auth, database } = config
  if (admin === undefined) {
    throw new Error('ADMIN_PASSWORD: expected the password of the first superuser, it is not set')
  }
  const log = createLogger({ level: 'warn', part: 'create-superuser' })
  const db = createDatabase(database, log)
  const cache = openCache({ config, log })
  const users = userRepository(db, systemClock)
  const passwords = bcryptPasswords(auth.bcryptCost)
  const { invalidate } = cache.manual
  const validate = {
    account: validators.updateCurrentUser.body['application/json'],
    password: validators.changePassword.body['application/json'],
  }
  try {
    await cache.settled
    const { ok, message } = await ensureSuperuser({ users, passwords, validate, invalidate }, admin)
    if (!ok) throw new Error(message)
    return [message]
  } catch (error) {
    throw new Error(`created no superuser: ${reasonOf(databaseError(error))}`)
  } finally {
    cache.close()
    await closeDatabase(db)
  }
}
