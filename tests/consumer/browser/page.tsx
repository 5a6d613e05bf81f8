// A small frontend with React Query: it logs in, renames the user, lists the user's sessions and ends one.
import {
  QueryClient,
  QueryClientProvider,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import * as session from './session.js'

const { api, logIn, resume } = session
// The tests use it without React too.
Object.assign(globalThis, { session })

function App() {
  const [isLoggedIn, setLoggedIn] = useState<boolean>()
  useEffect(() => {
    resume().then(setLoggedIn)
  }, [])
  if (isLoggedIn === undefined) return <p>Loading</p>
  return isLoggedIn ? (
    <Account onLogout={() => setLoggedIn(false)} />
  ) : (
    <Login onLogin={() => setLoggedIn(true)} />
  )
}

function Login({ onLogin }: { onLogin: () => void }) {
  const [hasFailed, setFailed] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (await logIn(String(form.get('username')), String(form.get('password')))) onLogin()
    else setFailed(true)
  }
  return (
    <form onSubmit={submit}>
      <input name="username" aria-label="Username" />
      <input name="password" aria-label="Password" type="password" />
      <button type="submit">Log in</button>
      {hasFailed && <p role="alert">The login failed.</p>}
    </form>
  )
}

function Account({ onLogout }: { onLogout: () => void }) {
  const me = useQuery({
    queryKey: ['me'],
    queryFn: async () => dataOf(await api.GET('/users/me')),
  })
  if (me.data === undefined) return <p>{me.error ? 'Failed' : 'Loading'}</p>
  return (
    <>
      <button type="button" onClick={() => api.POST('/logout').then(onLogout)}>
        Log out
      </button>
      <Profile username={me.data.username} />
      <Sessions />
    </>
  )
}

function Profile({ username }: { username: string }) {
  const [name, setName] = useState('')
  const queries = useQueryClient()
  const queryKey = ['profile', username]
  const params = { path: { username } }
  const profile = useQuery({
    queryKey,
    queryFn: async () => dataOf(await api.GET('/users/{username}', { params })),
  })
  const rename = useMutation({
    mutationFn: async () =>
      dataOf(await api.PATCH('/users/{username}', { params, body: { name } })),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  })
  return (
    <>
      <h1>{profile.data?.name}</h1>
      <input aria-label="Name" value={name} onChange={(event) => setName(event.target.value)} />
      <button type="button" onClick={() => rename.mutate()}>
        Rename
      </button>
      <p role="status">{`rename: ${rename.status}`}</p>
    </>
  )
}

function Sessions() {
  const queries = useQueryClient()
  const queryKey = ['sessions']
  const sessions = useQuery({
    queryKey,
    queryFn: async () => dataOf(await api.GET('/users/me/sessions')),
  })
  const end = useMutation({
    mutationFn: async (sessionId: string) => {
      const params = { path: { sessionId } }
      const { error } = await api.DELETE('/users/me/sessions/{sessionId}', { params })
      if (error !== undefined) throw error
    },
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  })
  return (
    <>
      <p role="status">{`end: ${end.status}`}</p>
      <ul>
        {sessions.data?.items.map((it) => (
          <li key={it.id}>
            {it.isCurrent ? 'This session' : 'Another session'}{' '}
            <button type="button" onClick={() => end.mutate(it.id)}>
              End
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Returns the body of a successful response. @throws the problem document. */
function dataOf<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw error
  return data
}

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no element for the application')
createRoot(root).render(
  <QueryClientProvider client={new QueryClient()}>
    <App />
  </QueryClientProvider>,
)
