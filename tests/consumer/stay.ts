// A frontend that stays logged in: its access token is worthless, and nobody notices.
import { createClient, memoryTokens, type TokenStore } from 'contract-first-api-client'
import { type Account, loggedIn } from './login.js'

function counting(baseUrl: string, tokens: TokenStore) {
  const asked: string[] = []
  const api = createClient({
    baseUrl,
    tokens,
    fetch: (request) => {
      asked.push(new URL(request.url).pathname)
      return fetch(request)
    },
  })
  return { api, refreshes: () => asked.filter((it) => it.endsWith('/refresh')).length }
}

/** Five requests at once with a token that is refused, one of them with a body; then a logout. */
export async function stay(baseUrl: string, account: Account) {
  const { refresh } = await loggedIn(baseUrl, account)
  const tokens = memoryTokens({ access: 'expired', refresh })
  const { api, refreshes } = counting(baseUrl, tokens)
  const path = { username: account.username }
  const answers = await Promise.all([
    api.GET('/users/me'),
    api.GET('/users/me'),
    api.PATCH('/users/{username}', { params: { path }, body: { name: 'Another name' } }),
    api.GET('/users/me/sessions'),
    api.GET('/tasks'),
  ])
  const once = refreshes()
  await api.POST('/logout')
  const after = await api.GET('/users/me')
  return {
    statuses: answers.map((it) => it.response.status),
    refreshes: once,
    afterLogout: {
      status: after.response.status,
      tokens: await tokens.load(),
      refreshes: refreshes(),
    },
  }
}

/** Two clients with one store, whose access token is refused: how often do they refresh? */
export async function sharing(baseUrl: string, account: Account) {
  const { refresh } = await loggedIn(baseUrl, account)
  const tokens = memoryTokens({ access: 'expired', refresh })
  const clients = [counting(baseUrl, tokens), counting(baseUrl, tokens)]
  const answers = await Promise.all(clients.map(({ api }) => api.GET('/users/me')))
  return {
    statuses: answers.map((it) => it.response.status),
    refreshes: clients.reduce((sum, it) => sum + it.refreshes(), 0),
  }
}

/** The password is changed elsewhere, which ends this session too. */
export async function evicted(baseUrl: string, account: Account) {
  const { api, tokens } = await loggedIn(baseUrl, account)
  const { username, password } = account
  const elsewhere = createClient({ baseUrl, tokens: memoryTokens() })
  await elsewhere.POST('/login', { body: { username, password } })
  const body = { currentPassword: password, newPassword: `${password}-2` }
  await elsewhere.PUT('/users/me/password', { body })
  const { response } = await api.GET('/users/me')
  return { status: response.status, tokens: await tokens.load() }
}
