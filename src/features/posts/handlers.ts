// Posts, which users write under their names.
import { apiError, type Handlers, type UrlFor } from '../../contract.ts'
import type { Post } from './model.ts'
import { toPost, toPostSummary } from './presenter.ts'
import type { PostRepository } from './repository.ts'

interface Deps {
  readonly posts: PostRepository
  readonly urlFor: UrlFor
}

type PostHandlers = Pick<
  Handlers,
  'listPosts' | 'createPost' | 'getPost' | 'updatePost' | 'deletePost' | 'erasePost'
>

const postNotFound = () => apiError('not_found', 'There is no such post.')
const userNotFound = () => apiError('not_found', 'There is no such user.')

export function postHandlers({ posts, urlFor }: Deps): PostHandlers {
  return {
    async listPosts({ params, query }) {
      const page = await posts.page(params.username, query)
      if (page === undefined) throw userNotFound()
      const { items, nextCursor } = page
      return { status: 200, body: { items: items.map(toPostSummary), nextCursor } }
    },

    async createPost({ params, body, owner }, { transaction }) {
      const post = await posts.create(owner, body, transaction)
      if (post === undefined) throw userNotFound()
      const headers = { Location: urlFor('getPost', { postId: post.id, ...params }) }
      return { status: 201, body: toPost(post), headers }
    },

    async getPost({ params: { username, postId } }) {
      const post = await posts.find(username, postId)
      if (post === undefined) throw postNotFound()
      return { status: 200, body: toPost(post) }
    },

    async updatePost({ params, body, owner }, { ifMatch }) {
      const precondition = ifMatch && ((row: Post) => ifMatch(toPost(row)))
      const post = await posts.update(owner, params.postId, body, precondition)
      if (post === undefined) throw postNotFound()
      return { status: 200, body: toPost(post) }
    },

    async deletePost({ params, owner }, { ifMatch }) {
      const precondition = ifMatch && ((row: Post) => ifMatch(toPost(row)))
      if (!(await posts.delete(owner, params.postId, precondition))) throw postNotFound()
      return { status: 204 }
    },

    async erasePost({ params: { postId } }) {
      if (!(await posts.hardDelete(postId))) throw postNotFound()
      return { status: 204 }
    },
  }
}
