// The baseline's cache. It is as consistent as the service's, but does not handle a failing Redis. An
// entry is valid while its tags have the versions that they had before it was loaded. A write marks a
// tag before its commit and deletes it afterwards. Each of these is one round trip.
import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { settings } from '../parts/settings.ts'

const { redisPort } = settings
const connection = redisPort === undefined ? undefined : new Redis(redisPort, '127.0.0.1')

/**
 * Returns the connection, corked until the end of this turn of the event loop. That is less work than the
 * auto-pipelining of ioredis, which inspects each command.
 */
function corked(): Redis | undefined {
  const stream = connection?.stream
  if (stream && stream.writableCorked === 0) {
    stream.cork()
    setImmediate(() => stream.uncork())
  }
  return connection
}

const valueSeconds = 3600
const versionSeconds = 86_400
const markMilliseconds = 15_000
const mark = '!'

export interface Lookup {
  readonly state: 'hit' | 'miss' | 'marked' | 'unused'
  /** The cached text: the entity tag and the link to the next page, each with a line feed, and the body. */
  readonly value?: Buffer
  /** The versions of the tags, with which an entry is stored. */
  readonly versions?: string
}

const unused: Lookup = { state: 'unused' }

/** Returns the entry of a key if it is valid, or else the versions to store one with. */
export async function getEntry(key: string, tags: readonly string[]): Promise<Lookup> {
  const redis = corked()
  if (redis === undefined) return unused
  const found = await redis.mgetBuffer([...tags, key])
  const entry = found.pop()
  if (found.includes(null)) return judge(undefined, await withVersions(redis, tags))
  return judge(entry, found)
}

/** Sets a version for the tags that have none, and reads all versions. */
async function withVersions(store: Redis, tags: readonly string[]) {
  const version = () => randomBytes(9).toString('base64url')
  await Promise.all(tags.map((tag) => store.set(tag, version(), 'EX', versionSeconds, 'NX')))
  return store.mgetBuffer([...tags])
}

function judge(entry: Buffer | null | undefined, found: readonly (Buffer | null)[]): Lookup {
  let versions = ''
  for (const version of found) {
    const text = version?.toString('latin1') ?? mark
    if (text.startsWith(mark)) return { state: 'marked' }
    versions += `${text} `
  }
  if (entry?.toString('latin1', 0, versions.length) !== versions) return { state: 'miss', versions }
  return { state: 'hit', value: entry.subarray(versions.length) }
}

/** Stores a value with the versions that its lookup returned. */
export async function setEntry(key: string, versions: string, value: string): Promise<void> {
  await corked()?.set(key, versions + value, 'EX', valueSeconds)
}

/** Runs a write that invalidates the entries of a tag. */
export async function invalidate<T>(tag: string, write: () => Promise<T>): Promise<T> {
  await corked()?.set(tag, mark, 'PX', markMilliseconds)
  try {
    return await write()
  } finally {
    await corked()?.del(tag)
  }
}
