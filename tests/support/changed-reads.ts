// What a write changes, seen from outside: every read of the world around it, as everyone who may ask,
// before and after; and which tags it has marked in Redis meanwhile.
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { operations } from '../../generated/operations.ts'
import type { OperationId } from '../../src/contract.ts'
import { type Cached, entryTags, subsets } from '../../src/engine/cache-keys.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { send } from '../contract/suite/run.ts'
import type { Person, World } from '../contract/suite/world.ts'
import { until } from './until.ts'

/** Everyone and everything that a request is about. */
export class Surroundings {
  readonly people: Person[] = []
  readonly #values: Record<string, Set<string>> = {}

  /** A world that takes note of what is made in it. */
  noting(world: World): World {
    const met = async (person: Promise<Person>) => {
      const someone = await person
      this.people.push(someone)
      this.note('username', someone.username)
      return someone
    }
    return {
      ...world,
      person: () => met(world.person()),
      superuser: () => met(world.superuser()),
      made: async (by, path, sent) => {
        const id = await world.made(by, path, sent)
        this.note(path === '/tasks' ? 'taskId' : 'postId', id)
        return id
      },
    }
  }

  note(parameter: string, value: string) {
    this.#values[parameter] = (this.#values[parameter] ?? new Set()).add(value)
  }

  /** Every read of the contract, with every combination of the values that its path may have. */
  reads() {
    return Object.values<Operation>(operations)
      .filter((it) => it.method === 'get' && it.operationId !== 'getHealth')
      .flatMap((read) =>
        Object.keys(read.parameters.path)
          .reduce<Record<string, string>[]>(
            (all, name) =>
              all.flatMap((it) =>
                [...(this.#values[name] ?? [])].map((value) => ({ ...it, [name]: value })),
              ),
            [{}],
          )
          .map((params) => ({ read, params })),
      )
  }
}

export interface Seen {
  readonly read: Operation
  readonly params: Readonly<Record<string, string>>
  readonly principalId: string
  readonly status: number
  readonly text: string
}

/** Asks for every read as each of these people; the service that is asked must have no cache. */
export async function lookAround(origin: string, around: Surroundings, viewers: readonly Person[]) {
  const seen = new Map<string, Seen>()
  for (const as of viewers) {
    for (const { read, params } of around.reads()) {
      const query = 'limit' in read.parameters.query ? { query: 'limit=100' } : {}
      const id = read.operationId as OperationId
      const { status, text, headers } = await send(origin, id, { as, params, ...query })
      const found = headers.get('cache-status') ?? 'api; fwd=bypass'
      if (status === 200 && found !== 'api; fwd=bypass')
        throw new Error(`${id} is cached: ${found}`)
      const key = `${id} ${JSON.stringify(params)} as ${as.username}`
      const told = status === 200 ? text : String(status)
      seen.set(key, { read, params, principalId: as.id, status, text: told })
    }
  }
  return seen
}

/** Refused before anything is looked up in the cache. */
const beforeTheCache = [401, 403]

/**
 * The reads that differ and whose entries would still count: none of their tags was marked. A read
 * counts as cached whether or not this build caches it.
 */
export function leftStale(
  before: ReadonlyMap<string, Seen>,
  after: ReadonlyMap<string, Seen>,
  marked: ReadonlySet<string>,
): string[] {
  return [...before].flatMap(([key, was]) => {
    const is = after.get(key)
    if (is === undefined || is.text === was.text) return []
    if ([was.status, is.status].some((it) => beforeTheCache.includes(it))) return []
    return tagsOf(was).some((it) => marked.has(it)) ? [] : [key]
  })
}

function tagsOf({ read, params, principalId }: Seen): string[] {
  const tags = subsets(Object.keys(read.parameters.path).sort())
  const scope = read.cache?.scope ?? (read.security.length === 0 ? 'public' : 'principal')
  const cached: Cached = { ...read, cache: { ttl: 1, shape: '', ...read.cache, scope, tags } }
  return entryTags(cached, { pathValues: params, queryValues: {}, principalId })
}

/** Listens to all that Redis is told, and gathers the tags under a prefix that are marked. */
export async function watchMarks(port: number, prefix: string) {
  const redis = new Redis(port, '127.0.0.1')
  const monitor = await redis.monitor()
  const tagPrefix = `${prefix}:cache:tag:`
  let marked = new Set<string>()
  const fences = new Set<string>()
  monitor.on('monitor', (_time: string, [command = '', ...args]: string[]) => {
    if (command.toLowerCase() === 'echo') fences.add(args[0] ?? '')
    if (!/^eval(sha)?$/i.test(command)) return
    const count = Number(args[1])
    const [keys, rest] = [args.slice(2, 2 + count), args.slice(2 + count)]
    // A mark has the id of its change and a lifetime; its release has the id alone.
    if (rest.length !== 2) return
    for (const key of keys) {
      if (key.startsWith(tagPrefix)) marked.add(key.slice(tagPrefix.length))
    }
  })
  return {
    /** What was marked since the last time, once Redis has told all of it. */
    async take(): Promise<ReadonlySet<string>> {
      const fence = randomUUID()
      await redis.echo(fence)
      await until('the end of what Redis was told', () => fences.has(fence) || undefined)
      const taken = marked
      marked = new Set()
      return taken
    },
    close() {
      monitor.disconnect()
      redis.disconnect()
    },
  }
}
