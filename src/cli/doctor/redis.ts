// Checks the Redis of the cache and that of the queue for `npm run doctor`: reachability, version, role,
// rights and eviction.
import { Redis } from 'ioredis'
import { redisOptions } from '../../cache/redis.ts'
import type { Config } from '../../config/config.ts'
import { within } from '../../lib/async.ts'
import type { Commands, Finding } from '../doctor.ts'

type RedisConfig = Config['redis']
type Server = RedisConfig['cache']
type Role = 'cache' | 'queue'

const deadlineMs = 3000
const oldestVersion = 6

/** Returns what was found, at most after three seconds. Servers that are one are checked once. */
export async function checkRedis(config: RedisConfig, commands: Commands): Promise<Finding[]> {
  const { cache, queue } = config
  const isShared = cache.host === queue.host && cache.port === queue.port
  const checks =
    cache === queue
      ? [checkServer(cache, ['cache', 'queue'], isShared, commands)]
      : [
          checkServer(cache, ['cache'], isShared, commands),
          checkServer(queue, ['queue'], isShared, commands),
        ]
  return (await Promise.all(checks)).flat()
}

async function checkServer(
  server: Server,
  roles: readonly Role[],
  isShared: boolean,
  { infra }: Commands,
): Promise<Finding[]> {
  const check = `Redis, ${roles.join(' and ')}`
  const redis = new Redis({ ...redisOptions(server), lazyConnect: true, retryStrategy: () => null })
  let reason: unknown
  redis.on('error', (error) => {
    reason = error
  })
  try {
    const info = await within(deadlineMs, ask(redis, server.prefix))
    return [judgeServer(check, info), ...judgeEviction(check, info, roles, isShared)]
  } catch (error) {
    // The error of `connect` only says that the connection was closed.
    const cause = reason ?? error
    if (server.embedded && codeOf(cause) === 'ECONNREFUSED') {
      const found = 'the private server does not run'
      return [{ check, state: 'warning', found, fix: `npm run dev, or ${infra}` }]
    }
    return [unusable(check, server, roles, cause)]
  } finally {
    redis.disconnect()
  }
}

/** Returns the fields of INFO. @throws where the server cannot be used, also for a lack of rights. */
async function ask(redis: Redis, prefix: string): Promise<Record<string, string>> {
  await redis.connect()
  // Reads below the prefix, where a user needs rights.
  await redis.exists(`${prefix}:doctor`)
  const sections = await Promise.all(
    ['server', 'memory', 'replication'].map((it) => redis.info(it)),
  )
  const lines = sections.join('\n').matchAll(/^(\w+):(.*?)\r?$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))
}

function judgeServer(check: string, info: Record<string, string>): Finding {
  const version = info.redis_version ?? '?'
  const found = `version ${version}`
  const variable = check.includes('cache') ? 'REDIS_CACHE_URL' : 'REDIS_QUEUE_URL'
  if (Number.parseInt(version, 10) < oldestVersion) {
    return { check, state: 'wrong', found, fix: `use Redis ${oldestVersion}.0 or newer` }
  }
  if (info.redis_mode !== undefined && info.redis_mode !== 'standalone') {
    const fix = `${variable} of a single Redis, without Sentinel or Cluster`
    return { check, state: 'wrong', found: `${found}, mode ${info.redis_mode}`, fix }
  }
  if (info.role === 'slave') {
    return {
      check,
      state: 'wrong',
      found: `${found}, a replica`,
      fix: `${variable} of the primary`,
    }
  }
  return { check, state: 'ok', found }
}

/** The policies of Redis that evict keys without an expiry, which the queue's are. */
const evictsAnyKey = /^allkeys-/

function judgeEviction(
  role: string,
  info: Record<string, string>,
  roles: readonly Role[],
  isShared: boolean,
): Finding[] {
  const check = role.replace('Redis', 'eviction')
  const policy = info.maxmemory_policy ?? 'unknown'
  const limit = Number(info.maxmemory ?? 0)
  if (limit === 0) return [{ check, state: 'ok', found: 'no maxmemory, so nothing is evicted' }]
  const found = `maxmemory ${limit} bytes, policy ${policy}`
  if (roles.includes('queue') && evictsAnyKey.test(policy)) {
    const fix = isShared
      ? 'REDIS_QUEUE_URL of another server, or config set maxmemory-policy noeviction'
      : 'config set maxmemory-policy noeviction'
    return [{ check, state: 'wrong', found: `${found} evicts jobs`, fix }]
  }
  if (policy === 'noeviction' && roles.includes('cache')) {
    const full = isShared ? 'stops the cache and the queue' : 'takes no new entries'
    const fix = isShared
      ? 'REDIS_QUEUE_URL of another server, then config set maxmemory-policy allkeys-lru'
      : 'config set maxmemory-policy allkeys-lru'
    return [{ check, state: 'warning', found: `${found}: a full Redis ${full}`, fix }]
  }
  return [{ check, state: 'ok', found }]
}

function unusable(check: string, server: Server, roles: readonly Role[], error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error)
  const isSilent = /not done within|ETIMEDOUT/.test(message)
  const reason = isSilent ? `does not answer within ${deadlineMs / 1000} s` : message
  const prefix = `REDIS_${roles.includes('cache') ? 'CACHE' : 'QUEUE'}`
  const fix = /WRONGPASS|NOAUTH|without any password/.test(message)
    ? `correct user and password in ${prefix}_URL, or ${prefix}_PASSWORD`
    : /NOPERM/.test(message)
      ? 'give the user the rights in docs/configuration.md'
      : `start Redis, or correct ${prefix}_URL or ${prefix}_HOST`
  return { check, state: 'wrong', found: `${server.host}:${server.port}: ${reason}`, fix }
}

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? error.code : undefined
