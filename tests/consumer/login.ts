// Somebody who has signed up and is logged in, by a client of their own.
import { createClient, memoryTokens, type Schemas } from 'contract-first-api-client'

export type Account = Schemas['UserCreate']

export async function loggedIn(baseUrl: string, account: Account) {
  const tokens = memoryTokens()
  const api = createClient({ baseUrl, tokens })
  await api.POST('/users', { body: account })
  await logIn(api, account)
  return { api, tokens, refresh: (await tokens.load()).refresh }
}

export function logIn(api: ReturnType<typeof createClient>, { username, password }: Account) {
  return api.POST('/login', { body: { username, password, refresh_token_in: 'body' } })
}
