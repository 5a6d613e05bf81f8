// Rows as the contract shows them, and pages of them.
import { Refused } from './answers.ts'

/** A `Date` as pg makes one, or text for whoever has told pg to leave it at that. */
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

/** What somebody states to write a post. */
export interface NewPost {
  readonly title: string
  readonly text: string
  readonly mediaUrl?: string | null
}

export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

const shownTime = (time: Time) => (typeof time === 'string' ? time : time.toISOString())

export function shownPost(row: PostRow) {
  return {
    id: row.id,
    title: row.title,
    text: row.text,
    mediaUrl: row.media_url,
    createdAt: shownTime(row.created_at),
    updatedAt: shownTime(row.updated_at),
  }
}

function shownSummary({ excerpt, ...row }: PostSummaryRow) {
  return {
    id: row.id,
    title: row.title,
    excerpt,
    mediaUrl: row.media_url,
    createdAt: shownTime(row.created_at),
    updatedAt: shownTime(row.updated_at),
  }
}

export function shownUser(row: UserRow) {
  return {
    id: row.id,
    name: row.name,
    username: row.username,
    profileImageUrl: row.profile_image_url,
    createdAt: shownTime(row.created_at),
    email: row.email,
    isSuperuser: row.is_superuser,
    updatedAt: shownTime(row.updated_at),
  }
}

/** A page of rows, of which one more was asked for than it holds. */
export function shownPage(rows: readonly PostSummaryRow[], limit: number) {
  const items = rows.slice(0, limit).map(shownSummary)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? cursorOf(last.id) : null }
}

/** The header that names the next page; empty on the last one. */
export function nextLink(username: string, limit: number, nextCursor: string | null): string {
  if (nextCursor === null) return ''
  const query = `limit=${limit}&cursor=${nextCursor}`
  return `</api/v1/users/${username}/posts?${query}>; rel="next"`
}

function cursorOf(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

/** The id below which a page begins, above all of them on the first. */
export function pageStart(cursor: string | undefined): string {
  if (cursor === undefined) return 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  const hex = Buffer.from(cursor, 'base64url').toString('hex')
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  if (id.length === 36 && cursorOf(id) === cursor) return id
  throw new Refused(422, [{ pointer: '/query/cursor', detail: 'must be a cursor' }])
}
