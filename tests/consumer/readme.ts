// The example in the client's README.
import { createClient, isProblem } from 'contract-first-api-client'

export async function greeting(username: string, token: string): Promise<string> {
  const api = createClient({ baseUrl: 'http://localhost:3000', token })
  const { data, error } = await api.GET('/users/{username}', { params: { path: { username } } })
  if (data) return `Hello, ${data.name}!`
  if (isProblem(error) && error.code === 'not_found') return 'No user has this name.'
  return 'Try again later.'
}
