// A frontend that uses the packed client, and nothing else of this repository.
import { createClient, isProblem, type Problem } from 'contract-first-api-client'
import type { Account } from './login.js'

/** Logs in, reads and gets two problems; works with the service and with the mock. */
export async function walk(baseUrl: string, { username, password }: Account) {
  let token: string | undefined
  const api = createClient({ baseUrl, token: () => token })

  const login = await api.POST('/login', { body: { username, password } })
  token = login.data?.access_token
  const me = await api.GET('/users/me')
  const profile = await api.GET('/users/{username}', { params: { path: { username } } })
  const sessions = await api.GET('/users/me/sessions', { params: { query: { limit: 5 } } })

  // The service ignores Prefer; the mock needs it to return a problem.
  const missing = await api.GET('/users/{username}', {
    params: { path: { username: 'missing' } },
    headers: { Prefer: 'code=404' },
  })
  const tooShort = await api.PATCH('/users/me', { body: { name: 'A' } })
  return {
    statuses: [login, me, profile, sessions, missing, tooShort].map((it) => it.response.status),
    account: me.data,
    profile: profile.data,
    sessions: sessions.data?.items,
    problems: [missing.error, tooShort.error].map(describe),
  }
}

/** Returns the text that a page shows for an error. */
function describe(error: unknown): string {
  return isProblem(error) ? describeProblem(error) : 'The service does not answer.'
}

function describeProblem(problem: Problem): string {
  switch (problem.code) {
    case 'validation_failed':
      return problem.errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
    case 'not_found':
      return 'There is nothing here.'
    default:
      return problem.title
  }
}
