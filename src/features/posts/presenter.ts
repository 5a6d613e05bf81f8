// Posts as responses show them.
import type { Schemas } from '../../contract.ts'
import type { Post, PostSummary } from './model.ts'

export function toPost(post: Post): Schemas['Post'] {
  return {
    id: post.id,
    title: post.title,
    text: post.text,
    mediaUrl: post.mediaUrl,
    createdAt: post.createdAt,
    updatedAt: post.updatedAt,
  }
}

export function toPostSummary(post: PostSummary): Schemas['PostSummary'] {
  return {
    id: post.id,
    title: post.title,
    excerpt: post.excerpt,
    mediaUrl: post.mediaUrl,
    createdAt: post.createdAt,
    updatedAt: post.updatedAt,
  }
}
