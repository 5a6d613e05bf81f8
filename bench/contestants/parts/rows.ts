// Rows as the contract shows them, and pages of them.

export interface PostRow {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly media_url: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

export interface UserRow {
  readonly id: string
  readonly name: string
  readonly username: string
  readonly email: string
  readonly profile_image_url: string | null
  readonly is_superuser: boolean
  readonly created_at: Date
  readonly updated_at: Date
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

export function shownPost(row: PostRow) {
  return {
    id: row.id,
    title: row.title,
    text: row.text,
    mediaUrl: row.media_url,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export function shownUser(row: UserRow) {
  return {
    id: row.id,
    name: row.name,
    username: row.username,
    profileImageUrl: row.profile_image_url,
    createdAt: row.created_at.toISOString(),
    email: row.email,
    isSuperuser: row.is_superuser,
    updatedAt: row.updated_at.toISOString(),
  }
}

/** A page of rows, of which one more was asked for than it holds. */
export function shownPage(rows: readonly PostRow[], limit: number) {
  const items = rows.slice(0, limit).map(shownPost)
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
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
