// A small frontend with React Query: it logs in, lists the user's posts, adds one and edits one.
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
      <h1>{me.data.name}</h1>
      <button type="button" onClick={() => api.POST('/logout').then(onLogout)}>
        Log out
      </button>
      <Posts username={me.data.username} />
    </>
  )
}

function Posts({ username }: { username: string }) {
  const [title, setTitle] = useState('')
  const queries = useQueryClient()
  const queryKey = ['posts', username]
  const posts = useQuery({
    queryKey,
    queryFn: async () =>
      dataOf(await api.GET('/users/{username}/posts', { params: { path: { username } } })),
  })
  const onSuccess = () => queries.invalidateQueries({ queryKey })
  const add = useMutation({
    mutationFn: async () => {
      const params = { path: { username } }
      const body = { title, text: 'Written in a browser.' }
      return dataOf(await api.POST('/users/{username}/posts', { params, body }))
    },
    onSuccess,
  })
  const edit = useMutation({
    mutationFn: async (postId: string) => {
      const params = { path: { username, postId } }
      const body = { title: 'Edited' }
      return dataOf(await api.PATCH('/users/{username}/posts/{postId}', { params, body }))
    },
    onSuccess,
  })
  return (
    <>
      <input aria-label="Title" value={title} onChange={(event) => setTitle(event.target.value)} />
      <button type="button" onClick={() => add.mutate()}>
        Add
      </button>
      <p role="status">{`${add.status}, then ${edit.status}`}</p>
      <ul>
        {posts.data?.items.map((it) => (
          <li key={it.id}>
            {it.title}{' '}
            <button type="button" onClick={() => edit.mutate(it.id)}>
              Edit
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
