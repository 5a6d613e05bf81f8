// One post of a user in the load that checks the guarantee of the cache: created, changed and deleted.
import { randomInt } from 'node:crypto'
import { type Belonging, gone, none, type Shown } from './consistency.ts'

export function postOfUser(): Belonging {
  let id: string | undefined
  let title = ''
  return {
    under(name) {
      const posts = `/users/${name}/posts`
      return { [posts]: id ? title : none, ...(id && { [`${posts}/${id}`]: title }) }
    },

    async write(load, { name, token, marker }) {
      const posts = `/users/${name}/posts`
      if (id === undefined) {
        const sent = { title: marker, text: 'x' }
        const created = await load.changing({ [posts]: marker }, () =>
          load.write(201, 'POST', posts, token, sent),
        )
        title = marker
        await load.changing({ [`${posts}/${created.id}`]: marker }, async () => {})
        id = created.id
        return
      }
      const path = `${posts}/${id}`
      if (randomInt(4) === 0) {
        await load.changing({ [posts]: none, [path]: gone }, () =>
          load.write(204, 'DELETE', path, token),
        )
        id = undefined
        return
      }
      await load.changing({ [posts]: marker, [path]: marker }, () =>
        load.write(200, 'PATCH', path, token, { title: marker }),
      )
      title = marker
    },

    async read(load, name) {
      const posts = `/users/${name}/posts`
      const path = `${posts}/${id}`
      if (id !== undefined && randomInt(5) < 3) await load.expect(path, path, (it) => it.title)
      else await load.expect(posts, posts, (it: Shown) => it.items?.[0]?.title ?? none)
    },
  }
}
