// Sends reads and writes to several servers and checks the guarantee of the cache: a read that starts after
// the response to a write sees that write or a newer one.
import { randomInt } from 'node:crypto'
import { Agent, request as httpRequest } from 'node:http'
import { account, password, signUp, type Target } from './builders.ts'

/** The states of what is not found, and of what shows nothing. */
export const gone = 'gone'
export const none = 'none'

/** What a user has beside the account: the load writes and reads it under the user's name. */
export interface Belonging {
  /** Returns the states of its paths under a username. */
  under(name: string): Record<string, string>
  write(
    load: Load,
    user: { readonly name: string; readonly token: string | undefined; readonly marker: string },
  ): Promise<void>
  read(load: Load, name: string): Promise<void>
}

/** The states of one path, oldest first. A read must show the last confirmed state or a newer one. */
class Path {
  readonly states: string[] = []
  confirmed = -1
}

/** The properties that the load reads in responses of any kind. */
export interface Shown {
  readonly id?: string
  readonly access_token?: string
  readonly name?: string
  readonly title?: string
  readonly items?: readonly Shown[]
}

interface Reply {
  readonly status: number
  readonly body: Shown
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Sends a request with `node:http`, because `fetch` costs as much CPU time as the servers. */
function ask(port: number, method: string, path: string, token?: string, sent?: object) {
  const text = sent && JSON.stringify(sent)
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  }
  return new Promise<Reply>((resolve, reject) => {
    const options = { port, host: '127.0.0.1', method, path: `/api/v1${path}`, headers, agent }
    const outgoing = httpRequest(options, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => (body += chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(body || '{}') })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(text)
  })
}

/** Describes a stale read and ends the load. */
export class Stale extends Error {}

interface LoadOptions {
  readonly ports: readonly number[]
  /** The token of a superuser. */
  readonly root: string
  /** Where users are created. */
  readonly people: Omit<Target, 'api'>
  readonly budget: number
  readonly belongings: readonly (() => Belonging)[]
}

export class Load {
  readonly #ports: readonly number[]
  readonly #root: string
  readonly #people: LoadOptions['people']
  readonly #paths = new Map<string, Path>()
  readonly #budget: number
  readonly #belongings: readonly (() => Belonging)[]
  #stopped = false
  reads = 0
  writes = 0

  constructor({ ports, root, people, budget, belongings }: LoadOptions) {
    this.#belongings = belongings
    this.#ports = ports
    this.#root = root
    this.#people = people
    this.#budget = budget
  }

  /** Creates a user. */
  async create(fields: {
    readonly username: string
    readonly name: string
    readonly email: string
  }) {
    const user = await account(this.#people, fields)
    this.writes++
    return user
  }

  /** Runs until the budget of operations is used up. @throws Stale for the first stale read */
  async run(writers: number, readers: number) {
    const slots = Array.from({ length: writers }, () => new Slot(this, this.#belongings))
    const loops = slots.map((slot) => slot.write())
    for (let index = 0; index < readers; index++) loops.push(this.#read(slots))
    await Promise.all(loops.map((it) => it.catch((error) => this.#stop(error))))
    agent.destroy()
  }

  get isOver() {
    return this.#stopped || this.reads + this.writes >= this.#budget
  }

  #stop(error: unknown): never {
    this.#stopped = true
    throw error
  }

  get #port() {
    return this.#ports[randomInt(this.#ports.length)] ?? 0
  }

  #path(path: string): Path {
    const known = this.#paths.get(path) ?? new Path()
    this.#paths.set(path, known)
    return known
  }

  /** Sends a write. Returns the body of its response. @throws Error for another status */
  async write(status: number, method: string, path: string, token?: string, sent?: object) {
    const answer = await ask(this.#port, method, path, token, sent)
    this.writes++
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    }
    return answer.body
  }

  erase(userId: string) {
    return this.write(204, 'DELETE', `/admin/users/${userId}`, this.#root)
  }

  /** Adds the states that a write gives to paths, and confirms them after its response. */
  async changing<T>(shown: Record<string, string>, write: () => Promise<T>): Promise<T> {
    const entries = Object.entries(shown).map(([name, state]) => {
      const path = this.#path(name)
      return { path, index: path.states.push(state) - 1 }
    })
    const result = await write()
    for (const { path, index } of entries) path.confirmed = index
    return result
  }

  async #read(slots: readonly Slot[]) {
    while (!this.isOver) {
      const slot = slots[randomInt(slots.length)]
      if (slot?.token === undefined) {
        await new Promise(setImmediate)
        continue
      }
      const { name, token, belonging } = slot
      const profile = `/users/${name}`
      const choice = randomInt(10)
      if (choice < 5 && belonging) await belonging.read(this, name)
      else if (choice < 8) await this.expect(profile, profile, (it) => it.name)
      else await this.expect(`me ${token}`, '/users/me', (it) => it.name, token)
    }
  }

  /** Sends a read. @throws Stale where it shows what was there before a write that has been answered */
  async expect(
    name: string,
    path: string,
    shown: (body: Shown) => string | undefined,
    token?: string,
  ) {
    const known = this.#path(name)
    const oldest = Math.max(0, known.confirmed)
    const port = this.#port
    const { status, body } = await ask(port, 'GET', path, token)
    this.reads++
    if (![200, 401, 404].includes(status)) throw new Error(`GET ${path}: ${status}`)
    const found = (status === 200 ? shown(body) : gone) ?? none
    if (known.states.length === 0 || known.states.slice(oldest).includes(found)) return
    const expected = known.states.slice(oldest).join(' or ')
    throw new Stale(`${path} shows ${found} on port ${port} where ${expected} was confirmed before`)
  }
}

/** A username with its users, one after the other, that makes one change at a time. */
class Slot {
  readonly #load: Load
  readonly #names = [signUp().username, signUp().username]
  #userId = ''
  #version = 0
  #shown = ''
  readonly #create: readonly (() => Belonging)[]
  #belongings: readonly Belonging[] = []
  token: string | undefined

  constructor(load: Load, belongings: readonly (() => Belonging)[]) {
    this.#load = load
    this.#create = belongings
  }

  get belonging(): Belonging | undefined {
    return this.#belongings[randomInt(this.#belongings.length || 1)]
  }

  get name() {
    return this.#names[0] ?? ''
  }

  async write() {
    await this.#begin()
    const steps = [
      ...Array(4).fill(() => this.#changeName()),
      ...Array(4).fill(() => this.#writeBelonging()),
      () => this.#rename(),
      () => this.#leave(),
    ] as (() => Promise<void>)[]
    while (!this.#load.isOver) await steps[randomInt(steps.length)]?.()
  }

  #marker() {
    return `v${++this.#version}`
  }

  /** Returns the states of the paths under a username. */
  #under(name: string) {
    const states = this.#belongings.map((it) => it.under(name))
    return Object.assign({ [`/users/${name}`]: this.#shown }, ...states) as Record<string, string>
  }

  #nothingUnder(name: string) {
    return Object.fromEntries(Object.keys(this.#under(name)).map((path) => [path, gone]))
  }

  async #begin() {
    this.#belongings = this.#create.map((create) => create())
    this.#shown = this.#marker()
    const fields = { username: this.name, name: this.#shown, email: signUp().email }
    const user = await this.#load.changing(this.#under(this.name), () => this.#load.create(fields))
    this.#userId = user.id
    const credentials = { username: this.name, password }
    const { access_token } = await this.#load.write(200, 'POST', '/login', undefined, credentials)
    await this.#load.changing({ [`me ${access_token}`]: this.#shown }, async () => {})
    this.token = access_token
  }

  async #changeName() {
    const shown = this.#marker()
    const paths = { [`/users/${this.name}`]: shown, [`me ${this.token}`]: shown }
    await this.#load.changing(paths, () => this.#patchUser({ name: shown }))
    this.#shown = shown
  }

  #ownPath() {
    return randomInt(2) === 0 ? '/users/me' : `/users/${this.name}`
  }

  #patchUser(changes: object) {
    return this.#load.write(200, 'PATCH', this.#ownPath(), this.token, changes)
  }

  async #writeBelonging() {
    const { name, token } = this
    await this.belonging?.write(this.#load, { name, token, marker: this.#marker() })
  }

  async #rename() {
    const [from = '', to = ''] = this.#names
    const paths = { ...this.#nothingUnder(from), ...this.#under(to) }
    await this.#load.changing(paths, () => this.#patchUser({ username: to }))
    this.#names.reverse()
  }

  /** Deletes the user, softly or hard, and lets another one take the username. */
  async #leave() {
    const paths = { ...this.#nothingUnder(this.name), [`me ${this.token}`]: gone }
    await this.#load.changing(paths, () =>
      randomInt(2) === 0
        ? this.#load.write(204, 'DELETE', this.#ownPath(), this.token)
        : this.#load.erase(this.#userId),
    )
    await this.#begin()
  }
}
