// The login of a page whose origin is not the service's.
import { createClient, memoryTokens } from 'contract-first-api-client'
import { sharedTokens } from './shared-tokens.js'

const settings = new URLSearchParams(location.search)
const baseUrl = settings.get('api') ?? 'http://localhost:3000'

export const tokens = settings.has('shared') ? sharedTokens : memoryTokens()
export const api = createClient({ baseUrl, tokens, cookies: true })

/** Resumes the login of an earlier visit. Returns whether that succeeded. */
export async function resume(): Promise<boolean> {
  const { response } = await api.POST('/refresh')
  return response.ok
}

export async function logIn(username: string, password: string): Promise<boolean> {
  const { response } = await api.POST('/login', { body: { username, password } })
  return response.ok
}

/** Refreshes without the client. Returns the next access token, or the status of the error. */
export async function plainRefresh(): Promise<string | number> {
  const url = `${baseUrl}/api/v1/refresh`
  const response = await fetch(url, { method: 'POST', credentials: 'include' })
  return response.ok ? (await response.json()).access_token : response.status
}

/** Reads with an access token and returns the status. */
export async function plainRead(token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` }
  return (await fetch(`${baseUrl}/api/v1/users/me`, { headers })).status
}
