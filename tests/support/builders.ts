// Creates users, past the API and logged in through it.
import { randomBytes } from 'node:crypto'
import type { Environment } from '../../src/config/config.ts'
import type { Invalidate } from '../../src/contract.ts'
import type { Database } from '../../src/db/connection.ts'
import { userRepository } from '../../src/features/accounts/repository.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { bcryptPasswords } from '../../src/security/passwords.ts'
import type { Answer, Client } from './client.ts'

/** Returns the user that the tests sign up. */
export function testerOf(env: Environment) {
  return {
    name: env.TEST_NAME || 'Tester User',
    email: env.TEST_EMAIL || 'test@tester.com',
    username: env.TEST_USERNAME || 'testeruser',
    password: env.TEST_PASSWORD || 'Str1ng$t',
  }
}

export const tester = testerOf(process.env)
export const { password } = tester

export interface Person {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly token: string
  readonly refreshToken: string
}

/** A running service and its database. Without `invalidate`, cached lists of users stay as they are. */
export interface Target {
  readonly api: Client
  readonly db: Database
  readonly invalidate?: Invalidate
}

interface Fields {
  readonly name: string
  readonly username: string
  readonly email: string
  readonly password: string
  readonly isSuperuser?: boolean
}

/** Returns valid and unique fields of a new user, in which `fields` replace the defaults. */
export function signUp(fields: Partial<Fields> & Record<string, unknown> = {}) {
  const username = `u${randomBytes(6).toString('hex')}`
  return { name: tester.name, username, email: `${username}@example.com`, password, ...fields }
}

const passwords = bcryptPasswords(4)
const hashes = new Map<string, Promise<string>>()

/** Hashes each password once. */
function hashOf(secret: string): Promise<string> {
  const hash = hashes.get(secret) ?? passwords.hash(secret)
  hashes.set(secret, hash)
  return hash
}

/** Creates a user, who is not logged in. */
export async function account(
  { db, invalidate }: Omit<Target, 'api'>,
  fields: Partial<Fields> = {},
) {
  const { password: secret, ...user } = signUp(fields)
  const passwordHash = await hashOf(secret)
  const created = await userRepository(db, systemClock).create({
    ...user,
    passwordHash,
    profileImageUrl: null,
  })
  await invalidate?.('listUsers')
  return created
}

/** Creates users in a database for the contract suite. */
export function accountsIn(target: Omit<Target, 'api'>) {
  const create = async (fields: Partial<Fields> = {}) => {
    const { username } = await account(target, fields)
    return { username, password }
  }
  return { user: () => create(), superuser: () => create({ isSuperuser: true }) }
}

/** Creates a user and logs in. */
export async function person(target: Target, fields: Partial<Fields> = {}): Promise<Person> {
  const { id, username, email } = await account(target, fields)
  const { body } = await logIn(target.api, username, fields.password)
  return { id, username, email, token: body.access_token, refreshToken: body.refresh_token }
}

/** Creates a superuser and logs in. */
export const superuser = (target: Target, fields: Partial<Fields> = {}): Promise<Person> =>
  person(target, { ...fields, isSuperuser: true })

/** Logs a user in and returns the access token. */
export async function tokenOf(api: Client, username: string): Promise<string> {
  return (await logIn(api, username)).body.access_token
}

function logIn(api: Client, username: string, secret = password): Promise<Answer> {
  return api.post('/login', { username, password: secret, refresh_token_in: 'body' })
}
