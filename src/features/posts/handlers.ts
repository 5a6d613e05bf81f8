// Posts: what users write, under their names.
import type { Handlers } from '../../contract/handler.ts'
import { nextLink, urlOf } from '../../contract/urls.ts'
import { refusal } from '../../errors.ts'
import type { PostRepository } from './repository.ts'
import { publicPost } from './represent.ts'

interface Dependencies {
  readonly posts: PostRepository
  /** The present user who has a name. */
  readonly findUser: (username: string) => Promise<{ readonly id: string } | undefined>
}

type PostHandlers = Pick<
  Handlers,
  'listPosts' | 'createPost' | 'getPost' | 'updatePost' | 'deletePost' | 'erasePost'
>

const noSuchPost = () => refusal('not_found', 'There is no such post.')

export function postHandlers({ posts, findUser }: Dependencies): PostHandlers {
  const authorOf = async ({ username }: { readonly username: string }): Promise<string> => {
    const user = await findUser(username)
    if (user === undefined) throw refusal('not_found', 'There is no such user.')
    return user.id
  }
  return {
    async listPosts({ params, query }) {
      const { items, nextCursor } = await posts.page(await authorOf(params), query)
      const headers = nextLink('listPosts', params, query, nextCursor)
      return { status: 200, body: { items: items.map(publicPost), nextCursor }, headers }
    },

    async createPost({ params, body }) {
      const post = await posts.create(await authorOf(params), body)
      const headers = { Location: urlOf('getPost', { ...params, postId: post.id }) }
      return { status: 201, body: publicPost(post), headers }
    },

    async getPost({ params: { username, postId } }) {
      const post = await posts.find(username, postId)
      if (post === undefined) throw noSuchPost()
      return { status: 200, body: publicPost(post) }
    },

    async updatePost({ params, body }) {
      const post = await posts.update(await authorOf(params), params.postId, body)
      if (post === undefined) throw noSuchPost()
      return { status: 200, body: publicPost(post) }
    },

    async deletePost({ params }) {
      if (!(await posts.delete(await authorOf(params), params.postId))) throw noSuchPost()
      return { status: 204 }
    },

    async erasePost({ params: { postId } }) {
      if (!(await posts.erase(postId))) throw noSuchPost()
      return { status: 204 }
    },
  }
}
