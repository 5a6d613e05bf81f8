// Prepares one request for each write of the contract. `--scale` measures them.
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../src/db/connection.ts'
import { password, type SeededUser } from './seed.ts'
import type { Author } from './workloads.ts'

export interface Stage {
  readonly db: Database
  /** The URL of the service, with the base path. */
  readonly url: string
  /** A superuser who owns nearly all rows. */
  readonly owner: Author
  /** Creates a user and logs it in. */
  readonly newUser: () => Promise<SeededUser>
  /** Returns a number that no other request of the run has. */
  readonly next: () => number
}

export interface Write {
  readonly method: string
  readonly path: string
  readonly token?: string
  readonly body?: object
}

const title = 'Written by the bench'
const newPassword = 'Another-horse-8'

export type Make = (stage: Stage) => Promise<Write>

const createPost: Make = async ({ owner: { username, token } }) => {
  const body = { title, text: 'A text' }
  return { method: 'POST', path: `/users/${username}/posts`, token, body }
}

const createTask: Make = async ({ owner: { token } }) => {
  return { method: 'POST', path: '/tasks', token, body: { type: 'greet', input: { name: 'Ada' } } }
}

const logIn: Make = async ({ owner: { username } }) => {
  const body = { username, password, refresh_token_in: 'body' }
  return { method: 'POST', path: '/login', body }
}

/** By operation: a function that prepares the data of a write and returns its request. */
export const writes: Readonly<Record<string, Make>> = {
  login: logIn,

  async refreshToken(stage) {
    const { refresh_token } = await ask(stage, await logIn(stage))
    return { method: 'POST', path: '/refresh', body: { refresh_token } }
  },

  async logout({ newUser }) {
    return { method: 'POST', path: '/logout', token: (await newUser()).token }
  },

  async createUser({ next }) {
    const username = `newcomer${next()}`
    const body = { name: 'New', username, email: `${username}@example.com`, password }
    return { method: 'POST', path: '/users', body }
  },

  async changePassword({ newUser }) {
    const body = { currentPassword: password, newPassword }
    return { method: 'PUT', path: '/users/me/password', token: (await newUser()).token, body }
  },

  async deleteSession({ db, owner: { username, token } }) {
    const { id: owner } = await db('users').where({ username }).first('id')
    const id = uuidv7()
    const now = db.fn.now()
    const times = { created_at: now, refreshed_at: now, expires_at: db.raw("now() + '1 day'") }
    await db('sessions').insert({ id, user_id: owner, generation: 0, ...times })
    return { method: 'DELETE', path: `/users/me/sessions/${id}`, token }
  },

  async updateCurrentUser({ newUser }) {
    const body = { name: 'Changed' }
    return { method: 'PATCH', path: '/users/me', token: (await newUser()).token, body }
  },

  async deleteCurrentUser({ newUser }) {
    return { method: 'DELETE', path: '/users/me', token: (await newUser()).token }
  },

  async updateUser({ newUser }) {
    const { username, token } = await newUser()
    return { method: 'PATCH', path: `/users/${username}`, token, body: { name: 'Changed' } }
  },

  async deleteUser({ newUser }) {
    const { username, token } = await newUser()
    return { method: 'DELETE', path: `/users/${username}`, token }
  },

  createPost,

  async updatePost(stage) {
    const { username, token } = stage.owner
    const { id } = await ask(stage, await createPost(stage))
    return { method: 'PATCH', path: `/users/${username}/posts/${id}`, token, body: { title } }
  },

  async deletePost(stage) {
    const { username, token } = stage.owner
    const { id } = await ask(stage, await createPost(stage))
    return { method: 'DELETE', path: `/users/${username}/posts/${id}`, token }
  },

  async eraseUser({ newUser, owner: { token } }) {
    return { method: 'DELETE', path: `/admin/users/${(await newUser()).id}`, token }
  },

  async erasePost(stage) {
    const { id } = await ask(stage, await createPost(stage))
    return { method: 'DELETE', path: `/admin/posts/${id}`, token: stage.owner.token }
  },

  createTask,

  async cancelTask(stage) {
    const { id } = await ask(stage, await createTask(stage))
    return { method: 'POST', path: `/tasks/${id}/cancel`, token: stage.owner.token }
  },

  async retryTask(stage) {
    const { id } = await ask(stage, await createTask(stage))
    const problem = { code: 'task_failed', detail: 'For the bench' }
    const failed = { status: 'failed', problem, finished_at: stage.db.fn.now() }
    await stage.db('tasks').where({ id }).update(failed)
    return { method: 'POST', path: `/admin/tasks/${id}/retry`, token: stage.owner.token }
  },
}

/** Sends a write and returns the body of the answer. @throws Error if it does not succeed. */
export async function ask(
  { url }: Pick<Stage, 'url'>,
  { method, path, token, body }: Write,
): Promise<Record<string, string>> {
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const answer = await fetch(url + path, { method, headers, ...content })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? {} : JSON.parse(text)
}
