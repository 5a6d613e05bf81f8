// What a frontend does with the packed client: it has nothing of this repository but that package.
import { createClient, isProblem, type Problem, type Schemas } from 'contract-first-api-client'

/** Signs up, logs in, looks around and is refused twice; the same against the service and the mock. */
export async function walk(baseUrl: string, account: Schemas['UserCreate']) {
  let token: string | undefined
  const api = createClient({ baseUrl, token: () => token })

  const signedUp = await api.POST('/users', { body: account })
  const { username, password } = account
  const login = await api.POST('/login', { body: { username, password } })
  token = login.data?.access_token
  const me = await api.GET('/users/me')
  const posts = await api.GET('/users/{username}/posts', {
    params: { path: { username }, query: { limit: 5 } },
  })

  // The service takes no notice of Prefer; the mock has to be asked for a refusal.
  const nobody = await api.GET('/users/{username}', {
    params: { path: { username: 'nobody' } },
    headers: { Prefer: 'code=404' },
  })
  const tooShort = await api.POST('/users', { body: { ...account, name: 'A' } })
  return {
    statuses: [signedUp, login, me, posts, nobody, tooShort].map((it) => it.response.status),
    account: me.data,
    posts: posts.data?.items,
    refusals: [nobody.error, tooShort.error].map(reason),
  }
}

/** What a page would show of a refusal. */
function reason(error: unknown): string {
  return isProblem(error) ? inWords(error) : 'The service does not answer.'
}

function inWords(problem: Problem): string {
  switch (problem.code) {
    case 'validation_failed':
      return problem.errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
    case 'not_found':
      return 'There is nothing here.'
    default:
      return problem.title
  }
}
