// Writes during a rename of their author: the cache under the new name contains them, or they fail.
import { expect, it } from 'vitest'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000' } })

async function writesThatWait(): Promise<number> {
  const sql = `select count(*)::int as count from pg_locks
    where not granted and relation = 'posts'::regclass`
  return (await service.db.raw(sql)).rows[0].count
}

it('a post that is written during a rename of its author is in the cached list', async () => {
  const ada = await person(service)
  const as = service.api.as(ada)
  const posts = `/users/${ada.username}/posts`
  const { body: old } = await as.post(posts, { title: 'Old', text: 'Before' })
  const renamedTo = `/users/${ada.username}x`
  const readAll = async () => {
    const [list, post] = await Promise.all([
      service.api.get(`${renamedTo}/posts`),
      service.api.get(`${renamedTo}/posts/${old.id}`),
    ])
    const titles = list.body.items.map((it: { title: string }) => it.title)
    return { titles, text: post.body.text }
  }

  const writes = await service.db.transaction(async (trx) => {
    await trx.raw('lock table posts in share mode')
    const all = [
      as.post(posts, { title: 'New', text: 'x' }),
      as.patch(`${posts}/${old.id}`, { text: 'After' }),
    ]
    await until('the writes to wait', async () => (await writesThatWait()) === 2 || undefined)
    const rename = await as.patch(`/users/${ada.username}`, { username: `${ada.username}x` })
    expect(rename.status).toBe(200)
    await readAll()
    return all
  })

  const [created, changed] = await Promise.all(writes)
  expect(await readAll()).toEqual({
    titles: created?.status === 201 ? ['New', 'Old'] : ['Old'],
    text: changed?.status === 200 ? 'After' : 'Before',
  })
})
