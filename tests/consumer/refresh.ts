// Clients whose access token has expired: when they refresh, and how often.
import { createClient, memoryTokens, type TokenStore } from 'contract-first-api-client'
import { type Account, loggedIn } from './login.js'

function countingClient(baseUrl: string, tokens: TokenStore) {
  const paths: string[] = []
  const api = createClient({
    baseUrl,
    tokens,
    fetch: (request) => {
      paths.push(new URL(request.url).pathname)
      return fetch(request)
    },
  })
  return { api, refreshes: () => paths.filter((it) => it.endsWith('/refresh')).length }
}

/** Sends five requests at once, one of them with a body, with an expired token; then logs out. */
export async function fiveRequests(baseUrl: string, account: Account) {
  const { refresh } = await loggedIn(baseUrl, account)
  const tokens = memoryTokens({ access: 'expired', refresh })
  const { api, refreshes } = countingClient(baseUrl, tokens)
  const path = { username: account.username }
  const results = await Promise.all([
    api.GET('/users/me'),
    api.GET('/users/me'),
    api.PATCH('/users/{username}', { params: { path }, body: { name: 'Another name' } }),
    api.GET('/users/me/sessions'),
    api.GET('/users'),
  ])
  const refreshesBeforeLogout = refreshes()
  await api.POST('/logout')
  const after = await api.GET('/users/me')
  return {
    statuses: results.map((it) => it.response.status),
    refreshes: refreshesBeforeLogout,
    afterLogout: {
      status: after.response.status,
      tokens: await tokens.load(),
      refreshes: refreshes(),
    },
  }
}

/** Sends a request from each of two clients that share a store with an expired token. */
export async function sharedStore(baseUrl: string, account: Account) {
  const { refresh } = await loggedIn(baseUrl, account)
  const tokens = memoryTokens({ access: 'expired', refresh })
  const clients = [countingClient(baseUrl, tokens), countingClient(baseUrl, tokens)]
  const results = await Promise.all(clients.map(({ api }) => api.GET('/users/me')))
  return {
    statuses: results.map((it) => it.response.status),
    refreshes: clients.reduce((sum, it) => sum + it.refreshes(), 0),
  }
}

/** Changes the password with another client, which ends this client's session too. */
export async function passwordChangedElsewhere(baseUrl: string, account: Account) {
  const { api, tokens } = await loggedIn(baseUrl, account)
  const { username, password } = account
  const elsewhere = createClient({ baseUrl, tokens: memoryTokens() })
  await elsewhere.POST('/login', { body: { username, password } })
  const body = { currentPassword: password, newPassword: `${password}-2` }
  await elsewhere.PUT('/users/me/password', { body })
  const { response } = await api.GET('/users/me')
  return { status: response.status, tokens: await tokens.load() }
}
