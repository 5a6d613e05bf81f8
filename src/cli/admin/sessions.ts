// Ends the sessions of one user or of all.
import { userRepository } from '../../features/accounts/repository.ts'
import { systemClock } from '../../lib/clock.ts'
import { parsed, UsageError } from '../command-line.ts'
import { withDatabase } from './database.ts'

/** Runs `sessions revoke`. */
export async function sessions([word = '', ...args]: readonly string[]): Promise<
  readonly string[]
> {
  if (word !== 'revoke') throw new UsageError(`unknown command sessions ${word}`.trimEnd())
  const { values, positionals } = parsed({
    args: [...args],
    options: { all: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [username, ...more] = positionals
  if (more.length > 0 || (username === undefined) !== values.all) {
    throw new UsageError('sessions revoke: either a username or --all')
  }
  const count = await withDatabase((db) => userRepository(db, systemClock).endSessions(username))
  if (username !== undefined && count === 0) throw new Error(`there is no active user ${username}`)
  return [
    username === undefined
      ? `ended the sessions of all users: ${count}`
      : `ended all sessions of ${username}`,
  ]
}
