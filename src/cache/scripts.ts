// The steps of the cache that Redis has to take at once: to set an entry, and to start and finish an
// invalidation. A mark lists the invalidations that hold it, each with the time at which it expires:
// `!<id>:<milliseconds>,<id>:…`. The end of an invalidation removes only its own part of the list, so the
// others keep their protection.
import type { Redis, Result } from 'ioredis'

const others = `
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local function others(key, id)
  local current = redis.pcall('GET', key)
  local kept = ''
  if type(current) == 'string' and string.sub(current, 1, 1) == '!' then
    for holder, till in string.gmatch(current, '([%w_-]+):(%d+),') do
      if holder ~= id and tonumber(till) > now then kept = kept .. holder .. ':' .. till .. ',' end
    end
  end
  return kept
end`

const markTags = `${others}
local till = string.format('%.0f', now + ARGV[2])
for _, key in ipairs(KEYS) do
  local kept = others(key, ARGV[1])
  local lifetime = tonumber(ARGV[2])
  if kept ~= '' then lifetime = math.max(lifetime, redis.call('PTTL', key)) end
  redis.call('SET', key, '!' .. kept .. ARGV[1] .. ':' .. till .. ',', 'PX', lifetime)
end`

const unmarkTags = `${others}
for _, key in ipairs(KEYS) do
  local kept = others(key, ARGV[1])
  if kept == '' then redis.call('DEL', key)
  else redis.call('SET', key, '!' .. kept, 'KEEPTTL') end
end`

/** Its keys are the epoch, the tags and the entry, in this order. */
const setTagged = `
local entry = KEYS[#KEYS]
local versions = ''
for _, version in ipairs(redis.call('MGET', unpack(KEYS, 1, #KEYS - 1))) do
  if not version then return 0 end
  versions = versions .. version .. ' '
end
if versions ~= ARGV[1] then return 0 end
redis.call('SET', entry, ARGV[1] .. ARGV[2], 'PX', ARGV[3])
for index = 2, #KEYS - 1 do
  if redis.call('PTTL', KEYS[index]) < tonumber(ARGV[4]) then
    redis.call('PEXPIRE', KEYS[index], ARGV[4])
  end
end
return 1`

type Arguments = readonly (string | number | Buffer)[]

declare module 'ioredis' {
  interface RedisCommander<Context> {
    markTags(count: number, ...args: Arguments): Result<unknown, Context>
    unmarkTags(count: number, ...args: Arguments): Result<unknown, Context>
    setTagged(count: number, ...args: Arguments): Result<unknown, Context>
  }
}

/** Defines the scripts once per connection. ioredis sends their hashes. */
function withCommands(redis: Redis): Redis {
  if (!Object.hasOwn(redis, 'markTags')) {
    redis.defineCommand('markTags', { lua: markTags })
    redis.defineCommand('unmarkTags', { lua: unmarkTags })
    redis.defineCommand('setTagged', { lua: setTagged })
  }
  return redis
}

export interface Entry {
  /** The keys of the epoch and of the tags, in the order of the versions. */
  readonly keys: readonly string[]
  readonly versions: string
  readonly entryKey: string
  readonly value: Buffer
  /** How long the entry lives, in milliseconds. */
  readonly lifetime: number
}

/**
 * Sets an entry if all versions are still the same, and lets those of its tags live longer than it.
 * Resolves to 1, or to 0 if a version has changed.
 */
export function setEntry(redis: Redis, entry: Entry) {
  const { keys, versions, entryKey, value, lifetime } = entry
  const all = [...keys, entryKey]
  const longer = lifetime + 1000
  return withCommands(redis).setTagged(all.length, ...all, versions, value, lifetime, longer)
}

/** Marks keys for an invalidation, for at most `lifetime` milliseconds from now. */
export function markKeys(redis: Redis, keys: string[], id: string, lifetime: number) {
  return withCommands(redis).markTags(keys.length, ...keys, id, lifetime)
}

/** Removes the marks of an invalidation. A key that it alone has marked loses its version. */
export function unmarkKeys(redis: Redis, keys: string[], id: string) {
  return withCommands(redis).unmarkTags(keys.length, ...keys, id)
}
