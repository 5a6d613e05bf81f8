// Posts follow their author: another name, a deleted account, a hard deleted one.
import { expect, it } from 'vitest'
import { person, signUp, superuser } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const service = useService()

/** Creates a user with one post. */
async function author() {
  const someone = await person(service)
  const caller = service.api.as(someone)
  const posts = `/users/${someone.username}/posts`
  const { body } = await caller.post(posts, { title: 'Notes', text: 'On the engine' })
  return { someone, caller, posts, id: body.id as string }
}

it('the posts of a user are found under the current name alone, and under none after a deletion', async () => {
  const { caller, posts } = await author()
  const { username } = signUp()
  const fresh = `/users/${username}/posts`
  const shown = async (path: string) => (await service.api.get(path)).status
  // Fills the cache.
  expect([await shown(posts), await shown(fresh)]).toEqual([200, 404])
  expect((await caller.patch('/users/me', { username })).status).toBe(200)
  expect([await shown(posts), await shown(fresh)]).toEqual([404, 200])
  expect((await caller.delete('/users/me')).status).toBe(204)
  expect([await shown(posts), await shown(fresh)]).toEqual([404, 404])
})

it('the posts of a deleted user stay hidden from the next user of the name', async () => {
  const { someone, caller, posts, id } = await author()
  const { username, email } = someone
  expect((await caller.delete(`/users/${username}`)).status).toBe(204)
  expect((await service.api.get(posts)).status).toBe(404)
  expect((await service.api.get(`${posts}/${id}`)).status).toBe(404)
  const successor = service.api.as(await person(service, { username, email }))
  expect((await service.api.get(posts)).body.items).toEqual([])
  expect((await successor.delete(`${posts}/${id}`)).status).toBe(404)
})

it('the posts of a hard deleted user are removed, whether the user was deleted or active', async () => {
  const boss = service.api.as(await superuser(service))
  const [active, deleted] = [await author(), await author()]
  await deleted.caller.delete('/users/me')
  for (const { someone } of [active, deleted]) {
    expect((await boss.delete(`/admin/users/${someone.id}`)).status).toBe(204)
    expect(await service.db('posts').where({ user_id: someone.id })).toEqual([])
  }
})
