// Uses of the client that must not compile. The tests compile this file and never run it.
import { createClient, isProblem } from 'contract-first-api-client'

export async function wrongUse() {
  // @ts-expect-error without a base URL
  createClient({})
  const api = createClient({ baseUrl: 'http://localhost:3000', token: 'any' })

  // @ts-expect-error a path that the contract does not have
  await api.GET('/user')
  // @ts-expect-error a method that the path does not have
  await api.PUT('/users/me')
  // @ts-expect-error without the parameter that is in the path
  await api.GET('/users/{username}')
  // @ts-expect-error without required properties
  await api.POST('/login', { body: { username: 'ada' } })
  // @ts-expect-error a property of another type
  await api.POST('/login', { body: { username: 'ada', password: 1 } })
  // @ts-expect-error a query parameter of another type
  await api.GET('/users', { params: { query: { limit: 'all' } } })

  const { data, error } = await api.GET('/users/me')
  // @ts-expect-error the response may be an error
  data.username
  // @ts-expect-error a property that the response does not have
  data?.password
  if (!isProblem(error)) return
  // @ts-expect-error only one kind of problem has errors
  error.errors.length
  switch (error.code) {
    case 'validation_failed':
      return error.errors.length
    case 'not_found':
      return error.title
    // @ts-expect-error a code that the contract does not have
    case 'user_not_found':
      return undefined
  }
}
