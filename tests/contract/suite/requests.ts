// A successful request for each operation, and requests for the errors that only the operation itself can
// cause; cases.ts derives all others from the contract. A missing operation does not compile.
import type { Sent as SentIn } from '../../../scripts/contract/suite/cases.ts'
import type { OperationId } from '../../../src/contract.ts'
import { password, signUp } from '../../support/builders.ts'
import { failTask } from './tasks.ts'
import type { Person, World } from './world.ts'

export interface Sent extends SentIn {
  readonly body?: string
}

type Make = (world: World) => Promise<Sent>

const json = (body: object) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const noId = '01935f3e-0000-7000-8000-000000000000'

/** Creates a user, with their username as the path parameter. */
async function own(world: World) {
  const as = await world.person()
  return { as, params: { username: as.username } }
}

const greeting = { type: 'greet', input: { name: 'Ada' } }

function post(world: World, by: Person) {
  return world.made(by, `/users/${by.username}/posts`, { title: 'A post', text: 'to look at' })
}

async function ownPost(world: World) {
  const as = await world.person()
  return { as, params: { username: as.username, postId: await post(world, as) } }
}

async function ownTask(world: World) {
  const as = await world.person()
  return { as, params: { taskId: await world.made(as, '/tasks', greeting) } }
}

/** A task whose stream ends. */
async function cancelledTask(world: World) {
  const { as, params } = await ownTask(world)
  await world.made(as, `/tasks/${params.taskId}/cancel`, {})
  return { as, params }
}

async function failedTask(world: World) {
  const { as, params } = await ownTask(world)
  await world.past.write(failTask(params.taskId))
  return { as, params }
}

/** A successful request of each operation. */
export const successes: Readonly<Record<OperationId, Make>> = {
  getHealth: async () => ({}),
  login: async (world) => {
    const { username } = await world.person()
    return json({ username, password })
  },
  refreshToken: async (world) => json({ refresh_token: (await world.person()).refreshToken }),
  logout: async (world) => ({ as: await world.person() }),
  createUser: async () => json(signUp()),
  listUsers: async (world) => ({ as: await world.person(), query: 'limit=2' }),
  getCurrentUser: async (world) => ({ as: await world.person() }),
  updateCurrentUser: async (world) => ({
    as: await world.person(),
    ...json({ name: 'Another name' }),
  }),
  deleteCurrentUser: async (world) => ({ as: await world.person() }),
  changePassword: async (world) => ({
    as: await world.person(),
    ...json({ currentPassword: password, newPassword: `${password}-2` }),
  }),
  listSessions: async (world) => ({ as: await world.person(), query: 'limit=2' }),
  deleteSession: async (world) => {
    const as = await world.person()
    return { as, params: { sessionId: await world.session(as) } }
  },
  getUser: async (world) => ({ params: (await own(world)).params }),
  updateUser: async (world) => ({ ...(await own(world)), ...json({ name: 'Another name' }) }),
  deleteUser: own,
  listPosts: async (world) => ({ params: (await own(world)).params, query: 'limit=2' }),
  createPost: async (world) => ({ ...(await own(world)), ...json({ title: 'One', text: 'x' }) }),
  getPost: async (world) => ({ params: (await ownPost(world)).params }),
  updatePost: async (world) => ({ ...(await ownPost(world)), ...json({ title: 'Another' }) }),
  deletePost: ownPost,
  listAllUsers: async (world) => ({ as: await world.superuser(), query: 'status=active&limit=2' }),
  eraseUser: async (world) => ({
    as: await world.superuser(),
    params: { userId: (await world.person()).id },
  }),
  erasePost: async (world) => ({
    as: await world.superuser(),
    params: { postId: await post(world, await world.person()) },
  }),
  createTask: async (world) => ({
    as: await world.person(),
    ...json(greeting),
  }),
  getTask: ownTask,
  getTaskEvents: cancelledTask,
  listTasks: async (world) => ({
    as: await world.person(),
    query: 'status=queued&status=running&type=greet',
  }),
  cancelTask: ownTask,
  retryTask: async (world) => {
    const { params } = await failedTask(world)
    return { as: await world.superuser(), params }
  },
}

const unknown = { username: 'nobodyhasthisname' }

/** A superuser, who passes the check of ownership, and a username that does not exist. */
const ofUnknown = async (world: World) => ({ as: await world.superuser(), params: unknown })

/** Adds an idempotency key that another request holds. */
async function keyInUse(world: World, sent: Sent & { readonly as: Person }): Promise<Sent> {
  const key = `key-of-${sent.as.id}`
  await world.past.holdKey(sent.as, key)
  return { ...sent, headers: { ...sent.headers, 'idempotency-key': key } }
}

/** Requests that only the operation itself answers with an error, by operation and status. */
export const failures: Readonly<Partial<Record<OperationId, Readonly<Record<number, Make>>>>> = {
  login: {
    401: async (world) => {
      const { username } = await world.person()
      return json({ username, password: 'Not-that-one-1' })
    },
  },
  refreshToken: { 401: async () => json({ refresh_token: 'not-an-issued-token' }) },
  changePassword: {
    403: async (world) => ({
      as: await world.person(),
      ...json({ currentPassword: 'Not-that-one-1', newPassword: `${password}-2` }),
    }),
  },
  createUser: {
    409: async (world) => {
      const { username } = await world.person()
      return json(signUp({ username }))
    },
  },
  getUser: { 404: async () => ({ params: unknown }) },
  updateCurrentUser: {
    409: async (world) => {
      const { username } = await world.person()
      return { as: await world.person(), ...json({ username }) }
    },
  },
  updateUser: {
    404: async (world) => ({ ...(await ofUnknown(world)), ...json({ name: 'Another name' }) }),
    409: async (world) => {
      const { username } = await world.person()
      return { ...(await own(world)), ...json({ username }) }
    },
  },
  deleteUser: { 404: ofUnknown },
  listPosts: { 404: async () => ({ params: unknown }) },
  createTask: {
    409: async (world) => keyInUse(world, { as: await world.person(), ...json(greeting) }),
  },
  createPost: {
    409: async (world) =>
      keyInUse(world, { ...(await own(world)), ...json({ title: 'One', text: 'x' }) }),
    404: async (world) => ({ ...(await ofUnknown(world)), ...json({ title: 'One', text: 'x' }) }),
  },
  eraseUser: { 404: async (world) => ({ as: await world.superuser(), params: { userId: noId } }) },
  erasePost: { 404: async (world) => ({ as: await world.superuser(), params: { postId: noId } }) },
  cancelTask: { 409: failedTask },
  getTaskEvents: {
    204: async (world) => ({
      ...(await cancelledTask(world)),
      headers: { 'last-event-id': '1000' },
    }),
  },
  retryTask: {
    404: async (world) => ({ as: await world.superuser(), params: { taskId: noId } }),
    409: async (world) => ({ ...(await ownTask(world)), as: await world.superuser() }),
  },
}
