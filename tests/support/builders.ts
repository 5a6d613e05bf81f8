// Creates users that are signed up and logged in.
import { randomBytes } from 'node:crypto'
import { type Environment, Reader } from '../../src/config/config.ts'
import type { Answer, Client } from './client.ts'
import type { Service } from './service.ts'
import { until } from './until.ts'

/** Returns the user that the tests sign up. */
export function testerOf(env: Environment) {
  const read = new Reader(env)
  return {
    name: read.text('TEST_NAME', 'Tester User'),
    email: read.text('TEST_EMAIL', 'test@tester.com'),
    username: read.text('TEST_USERNAME', 'testeruser'),
    password: read.text('TEST_PASSWORD', 'Str1ng$t'),
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

/** Returns a valid and unique sign-up, in which `fields` replace the defaults. */
export function signUp(fields: Record<string, unknown> = {}) {
  const username = `u${randomBytes(6).toString('hex')}`
  return { name: tester.name, username, email: `${username}@example.com`, password, ...fields }
}

/** Signs a user up and logs in. */
export async function person(api: Client, fields: Record<string, unknown> = {}): Promise<Person> {
  const sent = signUp(fields)
  const created = await api.post('/users', sent)
  if (created.status !== 201) throw new Error(`the sign-up failed: ${created.text}`)
  const { id, username, email } = created.body
  const { body } = await logIn(api, username, sent.password)
  return { id, username, email, token: body.access_token, refreshToken: body.refresh_token }
}

/** Signs a superuser up and logs in. */
export async function superuser(
  { api, db }: Service,
  fields: Record<string, unknown> = {},
): Promise<Person> {
  const user = await person(api, fields)
  await db('users').where({ id: user.id }).update({ is_superuser: true })
  return user
}

/** Logs a user in and returns the access token. */
export async function tokenOf(api: Client, username: string): Promise<string> {
  return (await logIn(api, username)).body.access_token
}

function logIn(api: Client, username: string, secret = password): Promise<Answer> {
  return api.post('/login', { username, password: secret, refresh_token_in: 'body' })
}

/** Submits a task as a new user. Returns a function that waits for its success and returns the task. */
export async function submitTask(api: Client) {
  const caller = api.as(await person(api))
  const { status, body, text } = await caller.post('/tasks', {
    type: 'greet',
    input: { name: 'Ada' },
  })
  if (status !== 202) throw new Error(`the task was answered ${text}`)
  return () =>
    until(`the end of task ${body.id}`, async () => {
      const task = await caller.get(`/tasks/${body.id}`)
      return task.body.status === 'succeeded' ? task.body : undefined
    })
}
