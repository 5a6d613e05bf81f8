// Finds what a write changes, from outside: sends every read as every user before and after the write,
// and watches which tags the write marks in Redis.
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { operations } from '../../generated/operations.ts'
import type { OperationId } from '../../src/contract.ts'
import { type Cached, entryTags, subsets } from '../../src/engine/cache-keys.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { send } from '../contract/suite/run.ts'
import type { Person, World } from '../contract/suite/world.ts'
import { until } from './until.ts'

/** The users and the values of path parameters that the reads of a test are about. */
export class Subjects {
  readonly people: Person[] = []
  readonly #values: Record<string, Set<string>> = {}

  /** Returns a world that adds to these subjects what is created in it. */
  recording(world: World): World {
    const recorded = async (created: Promise<Person>) => {
      const person = await created
      this.people.push(person)
      this.add('username', person.username)
      return person
    }
    return {
      ...world,
      person: () => recorded(world.person()),
      superuser: () => recorded(world.superuser()),
      made: async (by, path, sent) => {
        const id = await world.made(by, path, sent)
        const parameter = parameterBelow(path)
        if (parameter !== undefined) this.add(parameter, id)
        return id
      },
    }
  }

  add(parameter: string, value: string) {
    this.#values[parameter] = (this.#values[parameter] ?? new Set()).add(value)
  }

  /** Returns every read of the contract, once for each combination of the values of its path parameters. */
  reads() {
    return (
      Object.values<Operation>(operations)
        // A stream is no state that could be compared.
        .filter((it) => 304 in it.responses && it.operationId !== 'getHealth')
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
    )
  }
}

/** Returns the path parameter of what is created at a URL. */
function parameterBelow(url: string): string | undefined {
  const segments = url.split('/')
  for (const { method, path } of Object.values<Operation>(operations)) {
    const templates = path.split('/')
    const last = templates.pop() ?? ''
    if (method !== 'get' || !last.startsWith('{') || templates.length !== segments.length) continue
    const fits = templates.every((it, at) => it.startsWith('{') || it === segments[at])
    if (fits) return last.slice(1, -1)
  }
  return undefined
}

export interface ReadResult {
  readonly read: Operation
  readonly params: Readonly<Record<string, string>>
  readonly principalId: string
  readonly status: number
  readonly text: string
}

/**
 * Sends every read as each of these users.
 * @throws Error where the service has a cache, which would hide changes
 */
export async function sendReads(origin: string, subjects: Subjects, viewers: readonly Person[]) {
  const results = new Map<string, ReadResult>()
  for (const as of viewers) {
    for (const { read, params } of subjects.reads()) {
      const query = 'limit' in read.parameters.query ? { query: 'limit=100' } : {}
      const id = read.operationId as OperationId
      const { status, text, headers } = await send(origin, id, { as, params, ...query })
      const cacheStatus = headers.get('cache-status') ?? 'api; fwd=bypass'
      if (status === 200 && cacheStatus !== 'api; fwd=bypass')
        throw new Error(`${id} is cached: ${cacheStatus}`)
      const key = `${id} ${JSON.stringify(params)} as ${as.username}`
      const shown = status === 200 ? text : String(status)
      results.set(key, { read, params, principalId: as.id, status, text: shown })
    }
  }
  return results
}

/** The statuses that the service returns before it looks into the cache. */
const beforeTheCache = [401, 403]

/**
 * Returns the reads whose result has changed while none of their tags was marked, so that a cached
 * response stays valid although it is stale. Reads that this build does not cache count too.
 */
export function staleReads(
  before: ReadonlyMap<string, ReadResult>,
  after: ReadonlyMap<string, ReadResult>,
  marked: ReadonlySet<string>,
): string[] {
  return [...before].flatMap(([key, old]) => {
    const now = after.get(key)
    if (now === undefined || now.text === old.text) return []
    if ([old.status, now.status].some((it) => beforeTheCache.includes(it))) return []
    return tagsOf(old).some((it) => marked.has(it)) ? [] : [key]
  })
}

function tagsOf({ read, params, principalId }: ReadResult): string[] {
  const tags = subsets(Object.keys(read.parameters.path).sort())
  const scope = read.cache?.scope ?? (read.security.length === 0 ? 'public' : 'principal')
  const cached: Cached = { ...read, cache: { ttl: 1, shape: '', ...read.cache, scope, tags } }
  return entryTags(cached, { pathValues: params, queryValues: {}, principalId })
}

/** Monitors the commands that Redis gets, and collects the marked tags under a prefix. */
export async function watchMarks(port: number, prefix: string) {
  const redis = new Redis(port, '127.0.0.1')
  // ioredis fails where a command of another client comes in one packet with the answer to MONITOR.
  const monitor = await redis.monitor().catch(() => redis.monitor())
  const tagPrefix = `${prefix}:cache:tag:`
  let marked = new Set<string>()
  const fences = new Set<string>()
  monitor.on('monitor', (_time: string, [command = '', ...args]: string[]) => {
    if (command.toLowerCase() === 'echo') fences.add(args[0] ?? '')
    if (!/^eval(sha)?$/i.test(command)) return
    const count = Number(args[1])
    const [keys, rest] = [args.slice(2, 2 + count), args.slice(2 + count)]
    // The script that marks gets the id of the invalidation and a lifetime, the one that releases only the id.
    if (rest.length !== 2) return
    for (const key of keys) {
      if (key.startsWith(tagPrefix)) marked.add(key.slice(tagPrefix.length))
    }
  })
  return {
    /** Returns the tags that were marked since the last call, once the monitor has seen all commands. */
    async take(): Promise<ReadonlySet<string>> {
      const fence = randomUUID()
      await redis.echo(fence)
      await until('the fence in the monitor', () => fences.has(fence) || undefined)
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
