// Path parameters that would lead a request to another path.
import { createClient } from 'contract-first-api-client'

/** Requests a user by each name. Returns, for each name, the path that was sent, or the error. */
export async function requestedPaths(baseUrl: string, names: readonly unknown[]) {
  const outcomes: string[] = []
  const api = createClient({
    baseUrl,
    fetch: (request) => {
      outcomes.push(new URL(request.url).pathname)
      return fetch(request)
    },
  })
  for (const username of names as string[]) {
    await api.GET('/users/{username}', { params: { path: { username } } }).catch((error) => {
      outcomes.push(String(error))
    })
  }
  return outcomes
}
