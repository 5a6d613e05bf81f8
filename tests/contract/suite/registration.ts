// Users of a service of which only the origin is known: they sign up.
import { contract } from '../../../generated/operations.ts'
import { signUp } from '../../support/builders.ts'
import type { Accounts } from './world.ts'

export function signedUp(origin: string): Pick<Accounts, 'user'> {
  return {
    async user() {
      const { username, password, ...rest } = signUp()
      const response = await fetch(`${origin}${contract.basePath}/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password, ...rest }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`POST /users returns ${response.status} ${text}`)
      return { username, password }
    },
  }
}
