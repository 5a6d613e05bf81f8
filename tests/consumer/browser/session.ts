// The login of a page of another origin than the service's.
import { createClient, memoryTokens } from 'contract-first-api-client'
import { sharedTokens } from './shared-tokens.js'

const settings = new URLSearchParams(location.search)
const baseUrl = settings.get('api') ?? 'http://localhost:3000'

export const tokens = settings.has('shared') ? sharedTokens : memoryTokens()
export const api = createClient({ baseUrl, tokens, cookies: true })

/** Goes on with the login of an earlier visit. Returns whether there is one. */
export async function resume(): Promise<boolean> {
  const { response } = await api.POST('/refresh')
  return response.ok
}

export async function logIn(username: string, password: string): Promise<boolean> {
  const { response } = await api.POST('/login', { body: { username, password } })
  return response.ok
}

/** What a page without this client does; returns the next access token, or the status instead. */
export async function plainRefresh(): Promise<string | number> {
  const url = `${baseUrl}/api/v1/refresh`
  const response = await fetch(url, { method: 'POST', credentials: 'include' })
  return response.ok ? (await response.json()).access_token : response.status
}

/** The status of a read with this access token. */
export async function plainRead(token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` }
  return (await fetch(`${baseUrl}/api/v1/users/me`, { headers })).status
}
