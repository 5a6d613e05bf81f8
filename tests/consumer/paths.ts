// Path parameters that would lead a request to another path.
import { createClient } from 'contract-first-api-client'

/** Requests a post by each id. Returns, for each id, the path that was sent, or the error. */
export async function requestedPaths(baseUrl: string, ids: readonly unknown[]) {
  const outcomes: string[] = []
  const api = createClient({
    baseUrl,
    fetch: (request) => {
      outcomes.push(new URL(request.url).pathname)
      return fetch(request)
    },
  })
  for (const postId of ids as string[]) {
    const path = { username: 'ada', postId }
    await api.GET('/users/{username}/posts/{postId}', { params: { path } }).catch((error) => {
      outcomes.push(String(error))
    })
  }
  return outcomes
}
