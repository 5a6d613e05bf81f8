// A post as the contract shows it to anyone.
import type { Schemas } from '../../contract.ts'
import type { PostModel, PostSummaryModel } from './model.ts'

/** What a post shows of its row. */
export type PublicPost = Pick<
  PostModel,
  'id' | 'title' | 'text' | 'mediaUrl' | 'createdAt' | 'updatedAt'
>

export function publicPost(post: PublicPost): Schemas['Post'] {
  return {
    id: post.id,
    title: post.title,
    text: post.text,
    mediaUrl: post.mediaUrl,
    createdAt: post.createdAt,
    updatedAt: post.updatedAt,
  }
}

export function postSummary(post: PostSummaryModel): Schemas['PostSummary'] {
  return {
    id: post.id,
    title: post.title,
    excerpt: post.excerpt,
    mediaUrl: post.mediaUrl,
    createdAt: post.createdAt,
    updatedAt: post.updatedAt,
  }
}
