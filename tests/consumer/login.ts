// Signs a user up and logs in, with a client for each user.
import { createClient, memoryTokens, type Schemas } from 'contract-first-api-client'

export type Account = Schemas['UserCreate']

export async function signUpAndLogIn(baseUrl: string, account: Account) {
  const tokens = memoryTokens()
  const api = createClient({ baseUrl, tokens })
  await api.POST('/users', { body: account })
  await logIn(api, account)
  return { api, tokens, refresh: (await tokens.load()).refresh }
}

export function logIn(api: ReturnType<typeof createClient>, { username, password }: Account) {
  return api.POST('/login', { body: { username, password, refresh_token_in: 'body' } })
}
