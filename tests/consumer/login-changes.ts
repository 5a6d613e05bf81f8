// The login ends or changes while a client refreshes its access token.
import { createClient, memoryTokens, type TokenStore } from 'contract-first-api-client'
import { type Account, loggedIn, logIn } from './login.js'

/** Logs out with an access token that has expired. */
export async function logOutWithExpiredToken(baseUrl: string, account: Account) {
  const { refresh } = await loggedIn(baseUrl, account)
  const tokens = memoryTokens({ access: 'expired', refresh })
  const { response } = await createClient({ baseUrl, tokens }).POST('/logout')
  return { status: response.status, tokens: await tokens.load() }
}

/** Sends a request that needs a refresh, and runs `change` before the response to the refresh arrives. */
async function requestDuringChange(
  baseUrl: string,
  refresh: string | undefined,
  change: (api: ReturnType<typeof createClient>, tokens: TokenStore) => Promise<unknown>,
) {
  const tokens = memoryTokens({ access: 'expired', refresh })
  const api = createClient({
    baseUrl,
    tokens,
    fetch: async (request) => {
      const response = await fetch(request)
      if (request.url.endsWith('/refresh')) await change(api, tokens)
      return response
    },
  })
  await api.GET('/users/me')
  return { api, tokens }
}

/**
 * Another user logs in during a refresh, once with a valid and once with an invalid refresh token. Returns
 * the username of the login that the client has then.
 */
export async function logInDuringRefresh(baseUrl: string, [first, next]: [Account, Account]) {
  const { refresh } = await loggedIn(baseUrl, first)
  await loggedIn(baseUrl, next)
  const usernames: (string | undefined)[] = []
  for (const token of [refresh, 'not-a-token']) {
    const { api } = await requestDuringChange(baseUrl, token, (it) => logIn(it, next))
    usernames.push((await api.GET('/users/me')).data?.username)
  }
  return usernames
}

/** The page deletes the tokens during a refresh. Returns the tokens that the store has then. */
export async function deleteTokensDuringRefresh(baseUrl: string, account: Account) {
  const { refresh } = await loggedIn(baseUrl, account)
  const { tokens } = await requestDuringChange(baseUrl, refresh, async (_, it) => it.save({}))
  return tokens.load()
}

/** A request of the first user gets a 401 after the next user has logged in. Returns the next user. */
export async function logInBeforeRejection(baseUrl: string, [first, next]: [Account, Account]) {
  await loggedIn(baseUrl, first)
  await loggedIn(baseUrl, next)
  const tokens = memoryTokens({ access: 'expired' })
  const api = createClient({
    baseUrl,
    tokens,
    fetch: async (request) => {
      const response = await fetch(request)
      if (request.method === 'PATCH' && response.status === 401) await logIn(api, next)
      return response
    },
  })
  const { response } = await api.PATCH('/users/me', { body: { name: 'Renamed' } })
  return { status: response.status, name: (await api.GET('/users/me')).data?.name }
}
