// The rows of the database, and their presentation as the contract describes it.
import { Problem } from './answers.ts'

/** A `Date` as pg returns it, or text for a contestant that configures pg so. */
type Time = Date | string

export interface PostRow {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly media_url: string | null
  readonly created_at: Time
  readonly updated_at: Time
}

export type PostSummaryRow = Omit<PostRow, 'text'> & { readonly excerpt: string }

export interface UserRow {
  readonly id: string
  readonly name: string
  readonly username: string
  readonly email: string
  readonly profile_image_url: string | null
  readonly is_superuser: boolean
  readonly created_at: Time
  readonly updated_at: Time
}

/** The body of a request that creates a post. */
export interface NewPost {
  readonly title: string
  readonly text: string
  readonly mediaUrl?: string | null
}

export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

const toTime = (time: Time) => (typeof time === 'string' ? time : time.toISOString())

export function toPost(row: PostRow) {
  return {
    id: row.id,
    title: row.title,
    text: row.text,
    mediaUrl: row.media_url,
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
  }
}

function toPostSummary({ excerpt, ...row }: PostSummaryRow) {
  return {
    id: row.id,
    title: row.title,
    excerpt,
    mediaUrl: row.media_url,
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
  }
}

export function toUser(row: UserRow) {
  return {
    id: row.id,
    name: row.name,
    username: row.username,
    profileImageUrl: row.profile_image_url,
    createdAt: toTime(row.created_at),
    email: row.email,
    isSuperuser: row.is_superuser,
    updatedAt: toTime(row.updated_at),
  }
}

/** Returns a page of rows. The query asked for one row more than the page holds. */
export function toPage(rows: readonly PostSummaryRow[], limit: number) {
  const items = rows.slice(0, limit).map(toPostSummary)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? cursorOf(last.id) : null }
}

/** Returns the `Link` header; empty on the last page. */
export function nextLink(username: string, limit: number, nextCursor: string | null): string {
  if (nextCursor === null) return ''
  const query = `limit=${limit}&cursor=${nextCursor}`
  return `</api/v1/users/${username}/posts?${query}>; rel="next"`
}

function cursorOf(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

/** Returns the id below which a page starts; above all ids for the first page. @throws Problem 422 */
export function pageStart(cursor: string | undefined): string {
  if (cursor === undefined) return 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  const hex = Buffer.from(cursor, 'base64url').toString('hex')
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  if (id.length === 36 && cursorOf(id) === cursor) return id
  throw new Problem(422, [{ pointer: '/query/cursor', detail: 'must be a cursor' }])
}
