// Logs in, with a client for each user.
import { createClient, memoryTokens } from 'contract-first-api-client'

/** A user of the service. */
export interface Account {
  readonly username: string
  readonly password: string
}

export async function loggedIn(baseUrl: string, account: Account) {
  const tokens = memoryTokens()
  const api = createClient({ baseUrl, tokens })
  await logIn(api, account)
  return { api, tokens, refresh: (await tokens.load()).refresh }
}

export function logIn(api: ReturnType<typeof createClient>, { username, password }: Account) {
  return api.POST('/login', { body: { username, password, refresh_token_in: 'body' } })
}
