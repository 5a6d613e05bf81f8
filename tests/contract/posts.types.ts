// What must not compile, for a read with two path parameters; `handler.types.ts` has all else.
import type { ManualCache } from '../../src/contract.ts'

const cache = {} as ManualCache
const post = async () => undefined

export const kept = [
  cache.cached('getPost', { username: 'ada', postId: 'x' }, post),
  cache.invalidate('getPost'),
  cache.invalidate('getPost', { postId: 'x' }),
  cache.invalidate('getPost', { username: 'ada', postId: 'x' }),
]
export const notKept = [
  // @ts-expect-error a post has no title parameter
  cache.invalidate('getPost', { username: 'ada', title: 'x' }),
  // @ts-expect-error the id of the post is missing
  cache.cached('getPost', { username: 'ada' }, post),
]
