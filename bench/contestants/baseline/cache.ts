// The floor's cache keeps the service's promise by the same means, without its care for a Redis that
// fails: an answer counts while its tags have the tokens that they had before it was made; a write
// marks a tag before its commit and takes it away after it. One round trip for each of these.
import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { settings } from '../parts/settings.ts'

const { redisPort } = settings
const connection = redisPort === undefined ? undefined : new Redis(redisPort, '127.0.0.1')

/**
 * The connection; what is sent to it in one turn of the event loop goes out at once. That is less work
 * than the auto-pipelining of ioredis, which looks into each command.
 */
function gathered(): Redis | undefined {
  const stream = connection?.stream
  if (stream && stream.writableCorked === 0) {
    stream.cork()
    setImmediate(() => stream.uncork())
  }
  return connection
}

const valueSeconds = 3600
const tokenSeconds = 86_400
const markMilliseconds = 15_000
const mark = '!'

export interface Look {
  readonly state: 'hit' | 'miss' | 'marked' | 'unused'
  /** What is kept: the entity tag, the link to the next page, each with a line feed, and the body. */
  readonly value?: Buffer
  /** To keep a value under. */
  readonly tokens?: string
}

const unused: Look = { state: 'unused' }

/** What is kept under a key and counts, or the tokens to keep it under. */
export async function look(key: string, tags: readonly string[]): Promise<Look> {
  const redis = gathered()
  if (redis === undefined) return unused
  const found = await redis.mgetBuffer([...tags, key])
  const entry = found.pop()
  if (found.includes(null)) return judge(undefined, await withTokens(redis, tags))
  return judge(entry, found)
}

/** Gives tokens to the tags that have none, and reads all of them. */
async function withTokens(store: Redis, tags: readonly string[]) {
  const token = () => randomBytes(9).toString('base64url')
  await Promise.all(tags.map((tag) => store.set(tag, token(), 'EX', tokenSeconds, 'NX')))
  return store.mgetBuffer([...tags])
}

function judge(entry: Buffer | null | undefined, found: readonly (Buffer | null)[]): Look {
  let tokens = ''
  for (const token of found) {
    const text = token?.toString('latin1') ?? mark
    if (text.startsWith(mark)) return { state: 'marked' }
    tokens += `${text} `
  }
  if (entry?.toString('latin1', 0, tokens.length) !== tokens) return { state: 'miss', tokens }
  return { state: 'hit', value: entry.subarray(tokens.length) }
}

/** Keeps a value under the tokens that its look-up found. */
export async function keep(key: string, tokens: string, value: string): Promise<void> {
  await gathered()?.set(key, tokens + value, 'EX', valueSeconds)
}

/** Runs a write of something that depends on a tag. */
export async function changing<T>(tag: string, write: () => Promise<T>): Promise<T> {
  await gathered()?.set(tag, mark, 'PX', markMilliseconds)
  try {
    return await write()
  } finally {
    await gathered()?.del(tag)
  }
}
