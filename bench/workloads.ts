// The requests that each contestant gets. The workloads that end in a 401 or a 422 show that an invalid
// request costs no more than a valid one.

/** One request and its expected status. */
export interface Request {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly status: number
}

/** Requests that are sent one after the other. */
export interface Workload {
  readonly name: string
  readonly requests: readonly Request[]
  /** Whether the contestants have a Redis. Without one, nothing is cached. */
  readonly redis: boolean
  /** Whether it leaves rows behind. */
  readonly writes: boolean
}

export interface PostKey {
  readonly username: string
  readonly id: string
}

/** A user who writes posts, with an access token. */
export interface Author {
  readonly username: string
  readonly token: string
}

/** The title of all posts that a workload writes, by which they are deleted after each slice. */
export const writtenTitle = 'Written by the bench'

/** The workload without I/O, the only one that the contestant "bytes" takes part in. */
export const noIo = 'no I/O'

/** Returns all workloads, over the seeded posts and authors. */
export function workloads(posts: readonly PostKey[], authors: readonly Author[]): Workload[] {
  const reading = posts.map((it) => get(`${postsOf(it)}/${it.id}`, 200))
  const listing = authors.map((it) => get(postsOf(it), 200))
  const creating = authors.map(create)
  const [author] = authors
  const tooFew = author ? [get(`${postsOf(author)}?limit=0`, 422)] : []
  const cached = { redis: true, writes: false }
  const uncached = { redis: false, writes: false }
  return [
    { name: noIo, requests: [get('/api/v1/health', 200)], ...cached },
    { name: '401', requests: [get('/api/v1/users/me', 401)], ...cached },
    { name: '422', requests: tooFew, ...cached },
    { name: 'cached read', requests: reading, ...cached },
    { name: 'read by two keys', requests: reading, ...uncached },
    { name: 'list of 20', requests: listing, ...uncached },
    { name: 'create', requests: creating, redis: true, writes: true },
    { name: 'mixed 90/10', requests: mixed(reading, listing, creating), redis: true, writes: true },
  ]
}

/** Returns requests that break the rules of the workloads' operations. They are not measured. */
export function invalidRequests(posts: readonly PostKey[], authors: readonly Author[]): Request[] {
  const [post, author] = [posts[0], authors[0]]
  if (post === undefined || author === undefined) return []
  const list = postsOf(author)
  const queries = ['limit=101', 'limit=x', 'limit=1.5', 'unknown=1', 'cursor=AAAA', 'cursor=%21']
  const { title, text } = JSON.parse(create(author).body ?? '')
  const bodies = [
    ...[{ text }, { title }, { title: 12, text }, { title: 'x', text }, { title, text: '' }],
    ...[
      { title: 'x'.repeat(31), text },
      { title, text: 'a\0b' },
      { title, text, unknown: 1 },
    ],
    ...[{ title, text, mediaUrl: 'javascript:alert(1)' }, { title, text, mediaUrl: 1 }, []],
  ]
  const writing = (body: string, status: number) => ({ ...create(author), body, status })
  return [
    ...queries.map((query) => get(`${list}?${query}`, 422)),
    get(postsOf({ username: 'Upper' }), 422),
    get(`${postsOf(author)}/${post.id.toUpperCase()}`, 422),
    get(`${postsOf(author)}/1`, 422),
    get(postsOf({ username: 'unknown' }), 404),
    ...bodies.map((body) => writing(JSON.stringify(body), 422)),
    writing('', 422),
    writing('{"title":', 400),
    { ...create(author), headers: {}, status: 401 },
    { ...create(author), path: postsOf({ username: 'another' }), status: 403 },
  ]
}

/** Returns requests of which, of ten, six read a post, three list posts and one creates a post. */
function mixed(
  reading: readonly Request[],
  listing: readonly Request[],
  creating: readonly Request[],
): Request[] {
  return creating.flatMap((write, author) => {
    const posts = Array.from({ length: 6 }, (_, index) => reading[author * 6 + index])
    const lists = Array.from(
      { length: 3 },
      (_, index) => listing[(author + index) % listing.length],
    )
    return [...posts, ...lists, write].filter((it) => it !== undefined)
  })
}

const postsOf = ({ username }: { readonly username: string }) => `/api/v1/users/${username}/posts`

const get = (path: string, status: number): Request => ({ method: 'GET', path, status })

function create(author: Author): Request {
  const text = 'Nothing but a text to store. '.repeat(10)
  return {
    method: 'POST',
    path: postsOf(author),
    headers: { authorization: `Bearer ${author.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      title: writtenTitle,
      text,
      mediaUrl: 'https://images.example.com/a.png',
    }),
    status: 201,
  }
}
