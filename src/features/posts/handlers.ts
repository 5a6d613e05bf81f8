// Posts: what users write, under their names.

import { apiError, type Handlers, urlFor } from '../../contract.ts'
import type { PostModel } from './model.ts'
import { postSummary, publicPost } from './presenter.ts'
import type { PostRepository } from './repository.ts'

interface Dependencies {
  readonly posts: PostRepository
}

type PostHandlers = Pick<
  Handlers,
  'listPosts' | 'createPost' | 'getPost' | 'updatePost' | 'deletePost' | 'erasePost'
>

const noSuchPost = () => apiError('not_found', 'There is no such post.')

const noSuchUser = () => apiError('not_found', 'There is no such user.')

export function postHandlers({ posts }: Dependencies): PostHandlers {
  return {
    async listPosts({ params, query }) {
      const page = await posts.page(params.username, query)
      if (page === undefined) throw noSuchUser()
      const { items, nextCursor } = page
      return { status: 200, body: { items: items.map(postSummary), nextCursor } }
    },

    async createPost({ params, body, owner }, { transaction }) {
      const post = await posts.create(owner, body, transaction)
      if (post === undefined) throw noSuchUser()
      const headers = { Location: urlFor('getPost', { postId: post.id, ...params }) }
      return { status: 201, body: publicPost(post), headers }
    },

    async getPost({ params: { username, postId } }) {
      const post = await posts.find(username, postId)
      if (post === undefined) throw noSuchPost()
      return { status: 200, body: publicPost(post) }
    },

    async updatePost({ params, body, owner }, { ifMatch }) {
      const guard = ifMatch && ((row: PostModel) => ifMatch(publicPost(row)))
      const post = await posts.update(owner, params.postId, body, guard)
      if (post === undefined) throw noSuchPost()
      return { status: 200, body: publicPost(post) }
    },

    async deletePost({ params, owner }, { ifMatch }) {
      const guard = ifMatch && ((row: PostModel) => ifMatch(publicPost(row)))
      if (!(await posts.delete(owner, params.postId, guard))) throw noSuchPost()
      return { status: 204 }
    },

    async erasePost({ params: { postId } }) {
      if (!(await posts.erase(postId))) throw noSuchPost()
      return { status: 204 }
    },
  }
}
