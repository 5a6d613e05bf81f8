// The users and resources of a request. Resources are created through the API. The mock has no state: its
// users and resources are those of the contract's examples.
import { contract } from '../../../generated/operations.ts'
import type { Database } from '../../../src/db/connection.ts'

export interface Person {
  readonly id: string
  readonly username: string
  readonly token: string
  readonly refreshToken: string
}

export interface World {
  /** Creates a user. */
  person(): Promise<Person>
  /** Returns a superuser. @throws NoSuperuser where none is known */
  superuser(): Promise<Person>
  /** Creates a resource by a POST as a user, and returns its id. */
  made(by: Person, path: string, sent: object): Promise<string>
  /** Returns the id of a user's current session. */
  session(of: Person): Promise<string>
  readonly past: PastTheApi
}

/** Causes states that no request can cause. The suite does without them on a running service. */
export interface PastTheApi {
  /** Writes into the database. */
  write(change: (db: Database) => Promise<unknown>): Promise<unknown>
  /** Holds an idempotency key, as a concurrent request of that user does. */
  holdKey(by: Person, key: string): Promise<unknown>
}

const nothingPast: PastTheApi = {
  write: async () => undefined,
  holdKey: async () => undefined,
}

/** A case needs a superuser, and none is known. */
export class NoSuperuser extends Error {}

/** What a user logs in with. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Where the users of a world come from. */
export interface Accounts {
  /** Creates a user. */
  user(): Promise<Credentials>
  /** Returns a superuser. @throws NoSuperuser where none is known */
  superuser(): Promise<Credentials>
}

/** Returns the world of a service. */
export function realWorld(origin: string, accounts: Accounts, past = nothingPast): World {
  async function ask(method: string, path: string, token?: string, sent?: object) {
    const answer = await fetch(origin + contract.basePath + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(sent && { body: JSON.stringify(sent) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} returns ${answer.status} ${text}`)
    return text && JSON.parse(text)
  }
  async function logIn(credentials: Credentials): Promise<Person> {
    const sent = { ...credentials, refresh_token_in: 'body' }
    const { access_token: token, refresh_token } = await ask('POST', '/login', undefined, sent)
    const { id, username } = await ask('GET', '/users/me', token)
    return { id, username, token, refreshToken: refresh_token }
  }
  return {
    past,
    person: async () => logIn(await accounts.user()),
    superuser: async () => logIn(await accounts.superuser()),
    async made({ token }, path, sent) {
      return (await ask('POST', path, token, sent)).id
    },
    async session({ token }) {
      return (await ask('GET', '/users/me/sessions?limit=1', token)).items[0].id
    },
  }
}

/** The world of the contract's examples. */
export const mockWorld: World = {
  past: nothingPast,
  person: async () => ada,
  superuser: async () => ada,
  made: async () => '01936298-0d4f-7a3c-9b51-6c2de80f7a14',
  session: async () => '01936312-4b8e-7f05-a1c9-5d7e20b68f33',
}
const ada = {
  id: '01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01',
  username: 'ada',
  token: 'any',
  refreshToken: 'any',
}
