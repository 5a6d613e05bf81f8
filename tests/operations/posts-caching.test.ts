// Posts in the cache: what drops them, what follows their author, and what If-Match compares.
import { describe, expect, it } from 'vitest'
import { person, signUp, superuser } from '../support/builders.ts'
import type { Answer } from '../support/client.ts'
import { useService } from '../support/service.ts'

// A long deadline, so that a busy machine does not look like an unavailable Redis.
const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000' } })
const status = (answer: Answer) => answer.headers.get('cache-status')
const hit = 'api; hit'
const stored = 'api; fwd=uri-miss; stored'

async function author() {
  const ada = await person(service)
  const as = service.api.as(ada)
  const profile = `/users/${ada.username}`
  const posts = `${profile}/posts`
  const { body: post } = await as.post(posts, { title: 'One', text: 'x' })
  return { ada, as, profile, posts, post: `${posts}/${post.id}` }
}

describe('after the response to a write', () => {
  it.each([
    ['createPost', 'posts'],
    ['updatePost', 'post'],
    ['updatePost', 'posts'],
    ['updateUser', 'post'],
  ] as const)('of %s, the %s are read again', async (operation, read) => {
    const it = await author()
    await service.api.get(it[read])
    expect(status(await service.api.get(it[read]))).toBe(hit)
    if (operation === 'createPost') await it.as.post(it.posts, { title: 'New', text: 'y' })
    if (operation === 'updatePost') await it.as.patch(it.post, { title: 'Changed' })
    if (operation === 'updateUser') await it.as.patch(it.profile, { name: 'Changed' })
    expect(status(await service.api.get(it[read]))).toBe(stored)
  })

  it('a deleted post and the posts of a hard deleted user are not found', async () => {
    const root = service.api.as(await superuser(service))
    const it = await author()
    await service.api.get(it.post)
    await it.as.delete(it.post)
    expect((await service.api.get(it.post)).status).toBe(404)
    await service.api.get(it.posts)
    await root.delete(`/admin/users/${it.ada.id}`)
    expect((await service.api.get(it.posts)).status).toBe(404)
  })

  it('a reused username shows none of the posts of its former owner', async () => {
    const it = await author()
    for (const path of [it.posts, it.post]) await service.api.get(path)
    await it.as.patch(it.profile, { username: signUp().username })
    await person(service, { username: it.ada.username })
    expect((await service.api.get(it.posts)).body.items).toEqual([])
    expect((await service.api.get(it.post)).status).toBe(404)
  })

  it('the posts of other users stay cached', async () => {
    const [one, other] = [await author(), await author()]
    await service.api.get(other.post)
    await one.as.patch(one.post, { title: 'Changed' })
    expect(status(await service.api.get(other.post))).toBe(hit)
  })
})

describe('If-Match', () => {
  const guarded = (as: { token: string }, method: string, path: string, etag: string) =>
    service.api.as(as).request(method, path, {
      headers: { 'if-match': etag, 'content-type': 'application/json' },
      ...(method === 'PATCH' && { body: '{"title":"Guarded"}' }),
    })

  it('lets a change or a deletion of the current post pass, and no other', async () => {
    const { ada, as, post } = await author()
    const etag = async () => (await service.api.get(post)).headers.get('etag') ?? ''
    const before = await etag()
    const changed = await as.patch(post, { title: 'Meanwhile' })
    expect(await etag()).toBe(changed.headers.get('etag'))
    for (const method of ['PATCH', 'DELETE']) {
      expect((await guarded(ada, method, post, before)).status).toBe(412)
    }
    expect((await service.api.get(post)).body.title).toBe('Meanwhile')
    expect((await guarded(ada, 'PATCH', post, await etag())).status).toBe(200)
    expect((await guarded(ada, 'DELETE', post, await etag())).status).toBe(204)
  })

  it('is compared with the row, not with the cache', async () => {
    const { ada, post } = await author()
    const etag = (await service.api.get(post)).headers.get('etag') ?? ''
    await service.db('posts').update({ title: 'Behind its back' }).where({ user_id: ada.id })
    expect(status(await service.api.get(post))).toBe(hit)
    expect((await guarded(ada, 'PATCH', post, etag)).status).toBe(412)
  })

  it('lets one of many changes of the same state pass', async () => {
    const { ada, post } = await author()
    const etag = (await service.api.get(post)).headers.get('etag') ?? ''
    const all = await Promise.all(
      Array.from({ length: 20 }, () => guarded(ada, 'PATCH', post, etag)),
    )
    expect(all.map((it) => it.status).sort()).toEqual([200, ...Array(19).fill(412)])
  })
})
