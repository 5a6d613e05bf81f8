// The cache as jobs and scripts use it: the same entries, the same promise.
import { describe, expect, it } from 'vitest'
import { openCache } from '../../src/app.ts'
import { loadConfig } from '../../src/config/config.ts'
import { createLogger } from '../../src/lib/log.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

// A busy machine must not look like a Redis that is away.
const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000' } })

/** A script beside the service. */
async function script<T>(run: (cache: ReturnType<typeof openCache>['manual']) => Promise<T>) {
  const log = createLogger({ level: 'silent', part: 'script' })
  const cache = openCache({ config: loadConfig(service.env), log })
  try {
    await cache.settled
    return await run(cache.manual)
  } finally {
    cache.close()
  }
}

async function author() {
  const ada = await person(service.api)
  const as = service.api.as(ada)
  const posts = `/users/${ada.username}/posts`
  const { body: post } = await as.post(posts, { title: 'One', text: 'x' })
  return { ada, as, posts, post, path: `${posts}/${post.id}` }
}

describe('cached', () => {
  it('loads once, until a request changes what it shows', async () => {
    const { ada, as, post, path } = await author()
    const params = { username: ada.username, postId: post.id }
    await script(async (cache) => {
      let loads = 0
      const load = async () => {
        loads++
        return (await service.api.get(path)).body
      }
      expect(await cache.cached('getPost', params, load)).toEqual(post)
      expect(await cache.cached('getPost', params, load)).toEqual(post)
      expect(loads).toBe(1)
      await as.patch(path, { title: 'Changed' })
      expect((await cache.cached('getPost', params, load))?.title).toBe('Changed')
      expect(loads).toBe(2)
    })
  })

  it('loads once for all who ask at once, and again for who asks after a change', async () => {
    const { ada, post } = await author()
    const params = { username: ada.username, postId: post.id }
    await script(async (cache) => {
      let loads = 0
      let finish = () => {}
      const finished = new Promise<void>((resolve) => {
        finish = resolve
      })
      const load = async () => {
        loads++
        await finished
        return post
      }
      const ask = () => cache.cached('getPost', params, load)
      const early = Array.from({ length: 10 }, ask)
      await until('the first load', () => (loads > 0 ? loads : undefined))
      await cache.invalidate('getPost', params)
      const late = ask()
      await until('the second load', () => (loads > 1 ? loads : undefined))
      finish()
      for (const found of await Promise.all([...early, late])) expect(found).toEqual(post)
      expect(loads).toBe(2)
    })
  })

  it('gives nothing on and keeps nothing of it', async () => {
    await script(async (cache) => {
      const params = { username: 'nobody', postId: 'none' }
      let loads = 0
      const load = async () => {
        loads++
        return undefined
      }
      expect(await cache.cached('getPost', params, load)).toBeUndefined()
      expect(await cache.cached('getPost', params, load)).toBeUndefined()
      expect(loads).toBe(2)
    })
  })

  it('fails as loading fails, and the next one loads again', async () => {
    await script(async (cache) => {
      const params = { username: 'nobody', postId: 'broken' }
      const broken = () => Promise.reject(new Error('no luck'))
      await expect(cache.cached('getPost', params, broken)).rejects.toThrow('no luck')
      expect(await cache.cached('getPost', params, async () => undefined)).toBeUndefined()
    })
  })
})

describe('invalidate', () => {
  it.each([
    ['all of an operation', () => ({})],
    ['by one parameter', ({ post }: Awaited<ReturnType<typeof author>>) => ({ postId: post.id })],
  ])('drops %s for the requests too', async (_, target) => {
    const it = await author()
    await service.api.get(it.path)
    await service.db('posts').where({ id: it.post.id }).update({ title: 'By a script' })
    expect((await service.api.get(it.path)).body.title).toBe('One')
    await script((cache) => cache.invalidate('getPost', target(it) as { postId: string }))
    expect((await service.api.get(it.path)).body.title).toBe('By a script')
  })

  it('says by what an operation can be invalidated, where the compiler could not', async () => {
    const target = { title: 'x' } as unknown as { postId: string }
    await script(async (cache) => {
      await expect(cache.invalidate('getPost', target)).rejects.toThrow(
        'getPost is invalidated by { postId, username }, not by { title }',
      )
    })
  })
})
