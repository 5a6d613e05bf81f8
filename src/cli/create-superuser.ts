// `npm run create-superuser`: creates the first superuser from ADMIN_*.
import { validators } from '../../generated/validators.js'
import { openCache } from '../app.ts'
import { loadConfig, readEnvironment } from '../config/config.ts'
import { closeDatabase, createDatabase } from '../db/connection.ts'
import { userRepository } from '../features/accounts/repository.ts'
import { ensureSuperuser } from '../features/accounts/superuser.ts'
import { systemClock } from '../lib/clock.ts'
import { createLogger } from '../lib/log.ts'
import { startOrExit } from '../lib/process.ts'
import { bcryptPasswords } from '../security/passwords.ts'

const config = startOrExit(() => loadConfig(readEnvironment()))
const { admin, auth, database } = config
if (admin === undefined) {
  console.error('ADMIN_PASSWORD: expected the password of the first superuser, it is not set')
  process.exit(1)
}
const log = createLogger({ level: 'warn', part: 'create-superuser' })
const db = createDatabase(database, log)
const cache = openCache({ config, log })
const users = userRepository(db, systemClock)
const passwords = bcryptPasswords(auth.bcryptCost)
try {
  await cache.settled
  const { invalidate } = cache.manual
  const validate = {
    account: validators.updateCurrentUser.body['application/json'],
    password: validators.changePassword.body['application/json'],
  }
  const { ok, message } = await ensureSuperuser({ users, passwords, validate, invalidate }, admin)
  console.log(message)
  process.exitCode = ok ? 0 : 1
} catch (error) {
  const reason = error instanceof Error ? error.message.split(' - ').at(-1) : error
  console.error(`created no superuser: ${reason}; see DATABASE_URL and npm run migrate`)
  process.exitCode = 1
} finally {
  cache.close()
  await closeDatabase(db)
}
