// What happens to a login while its access token is being renewed: it ends, or becomes another's.
import { createClient, memoryTokens, type TokenStore } from 'contract-first-api-client'
import { type Account, loggedIn, logIn } from './login.js'

/** Logs out with an access token that has expired. */
export async function lateLogout(baseUrl: string, account: Account) {
  const { refresh } = await loggedIn(baseUrl, account)
  const tokens = memoryTokens({ access: 'expired', refresh })
  const { response } = await createClient({ baseUrl, tokens }).POST('/logout')
  return { status: response.status, tokens: await tokens.load() }
}

/** A client whose refresh waits until `meanwhile` has been done, and the request that asks for it. */
async function overtaken(
  baseUrl: string,
  refresh: string | undefined,
  meanwhile: (api: ReturnType<typeof createClient>, tokens: TokenStore) => Promise<unknown>,
) {
  const tokens = memoryTokens({ access: 'expired', refresh })
  const api = createClient({
    baseUrl,
    tokens,
    fetch: async (request) => {
      const answer = await fetch(request)
      if (request.url.endsWith('/refresh')) await meanwhile(api, tokens)
      return answer
    },
  })
  const answer = await api.GET('/users/me')
  return { answer, api, tokens }
}

/** Somebody else logs in while the first one's token is renewed, by a token that is good or is not. */
export async function succeeded(baseUrl: string, [first, next]: [Account, Account]) {
  const { refresh } = await loggedIn(baseUrl, first)
  await loggedIn(baseUrl, next)
  const seen: (string | undefined)[] = []
  for (const token of [refresh, 'not-a-token']) {
    const { api } = await overtaken(baseUrl, token, (it) => logIn(it, next))
    seen.push((await api.GET('/users/me')).data?.username)
  }
  return seen
}

/** The page forgets the tokens while they are renewed. */
export async function forgotten(baseUrl: string, account: Account) {
  const { refresh } = await loggedIn(baseUrl, account)
  const { tokens } = await overtaken(baseUrl, refresh, async (_, it) => it.save({}))
  return tokens.load()
}

/** A request of one person is refused when another one has logged in: whose task does it become? */
export async function inherited(baseUrl: string, [first, next]: [Account, Account]) {
  await loggedIn(baseUrl, first)
  await loggedIn(baseUrl, next)
  const tokens = memoryTokens({ access: 'expired' })
  const api = createClient({
    baseUrl,
    tokens,
    fetch: async (request) => {
      const answer = await fetch(request)
      if (request.url.endsWith('/tasks') && answer.status === 401) await logIn(api, next)
      return answer
    },
  })
  const { response } = await api.POST('/tasks', { body: { type: 'greet', input: { name: 'Ada' } } })
  return { status: response.status, tasks: (await api.GET('/tasks')).data?.items.length }
}
