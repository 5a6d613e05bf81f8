// Posts: what users write, under their names.
import { type Handlers, type Principal, superuserScope } from '../../contract/handler.ts'
import { urlOf } from '../../contract/urls.ts'
import { refusal } from '../../errors.ts'
import type { Transaction } from '../../transaction.ts'
import type { PostModel } from './model.ts'
import { noSuchUser, type PostRepository } from './repository.ts'
import { postSummary, publicPost } from './represent.ts'

interface Dependencies {
  readonly posts: PostRepository
  /** Finds the user who has a name: in a transaction, where the request has one. */
  readonly findUser: (
    username: string,
    on?: Transaction,
  ) => Promise<{ readonly id: string } | undefined>
}

type PostHandlers = Pick<
  Handlers,
  'listPosts' | 'createPost' | 'getPost' | 'updatePost' | 'deletePost' | 'erasePost'
>

const noSuchPost = () => refusal('not_found', 'There is no such post.')

export function postHandlers({ posts, findUser }: Dependencies): PostHandlers {
  const idOf = async (username: string, on?: Transaction): Promise<string> => {
    const user = await findUser(username, on)
    if (user === undefined) throw noSuchUser()
    return user.id
  }
  // The caller by id: the name may have passed to somebody else since the token was checked. Superusers
  // act for whoever has it.
  const authorOf = async (
    params: { readonly username: string },
    caller: Principal,
    on?: Transaction,
  ) => {
    const actsForOthers = caller.owns.username !== params.username
    return actsForOthers && caller.scopes.includes(superuserScope)
      ? idOf(params.username, on)
      : caller.id
  }
  return {
    async listPosts({ params, query }) {
      const page = await posts.page(params.username, query)
      if (page === undefined) throw noSuchUser()
      const { items, nextCursor } = page
      return { status: 200, body: { items: items.map(postSummary), nextCursor } }
    },

    async createPost({ params, body, principal }, { transaction }) {
      const author = await authorOf(params, principal, transaction)
      const post = await posts.create(author, body, transaction)
      const headers = { Location: urlOf('getPost', { postId: post.id, ...params }) }
      return { status: 201, body: publicPost(post), headers }
    },

    async getPost({ params: { username, postId } }) {
      const post = await posts.find(username, postId)
      if (post === undefined) throw noSuchPost()
      return { status: 200, body: publicPost(post) }
    },

    async updatePost({ params, body, principal }, { ifMatch }) {
      const author = await authorOf(params, principal)
      const guard = ifMatch && ((row: PostModel) => ifMatch(publicPost(row)))
      const post = await posts.update(author, params.postId, body, guard)
      if (post === undefined) throw noSuchPost()
      return { status: 200, body: publicPost(post) }
    },

    async deletePost({ params, principal }, { ifMatch }) {
      const author = await authorOf(params, principal)
      const guard = ifMatch && ((row: PostModel) => ifMatch(publicPost(row)))
      if (!(await posts.delete(author, params.postId, guard))) throw noSuchPost()
      return { status: 204 }
    },

    async erasePost({ params: { postId } }) {
      if (!(await posts.erase(postId))) throw noSuchPost()
      return { status: 204 }
    },
  }
}
