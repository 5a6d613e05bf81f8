// What is asked of each contestant. The refusals are here to show that a request which is refused
// costs no more than one that is accepted.

/** Requests that are sent in turn, all by GET, each to be answered with this status. */
export interface Workload {
  readonly name: string
  readonly paths: readonly string[]
  readonly status: number
  /** Whether the contestants have a Redis; where they have none, nothing is cached. */
  readonly redis: boolean
}

export interface PostKey {
  readonly username: string
  readonly id: string
}

/** Every workload, over the posts that were seeded. */
export function workloads(posts: readonly PostKey[]): Workload[] {
  const postPaths = posts.map((post) => `/api/v1/users/${post.username}/posts/${post.id}`)
  const listPath = `/api/v1/users/${posts[0]?.username}/posts`
  return [
    { name: 'getHealth: no I/O', paths: ['/api/v1/health'], status: 200, redis: true },
    { name: 'getPost: cached', paths: postPaths, status: 200, redis: true },
    { name: 'getPost: one row', paths: postPaths, status: 200, redis: false },
    { name: '401: no token', paths: ['/api/v1/users/me'], status: 401, redis: true },
    { name: '404: no such path', paths: ['/api/v1/nothing'], status: 404, redis: true },
    { name: '422: limit=0', paths: [`${listPath}?limit=0`], status: 422, redis: true },
  ]
}
