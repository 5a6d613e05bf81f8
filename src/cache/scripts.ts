// The steps that Redis has to take in one go: keeping an entry, and the start and the end of a change. A
// mark is a list of the changes that hold it, each with the time at which it expires:
// `!<id>:<milliseconds>,<id>:…`. A change that ends removes its own part of the list alone, so no other
// change loses the protection that it still needs.
import type { Redis } from 'ioredis'

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

const mark = `${others}
local till = string.format('%.0f', now + ARGV[2])
for _, key in ipairs(KEYS) do
  redis.call('SET', key, '!' .. others(key, ARGV[1]) .. ARGV[1] .. ':' .. till .. ',', 'PX', ARGV[2])
end`

const release = `${others}
for _, key in ipairs(KEYS) do
  local kept = others(key, ARGV[1])
  if kept == '' then redis.call('DEL', key)
  else redis.call('SET', key, '!' .. kept, 'KEEPTTL') end
end`

// The keys are those of the versions, the first of them the epoch, and last the entry's.
const keep = `
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

export interface Entry {
  /** The keys of the epoch and of the tags, in the order of the versions. */
  readonly keys: readonly string[]
  readonly versions: string
  readonly entryKey: string
  readonly value: Buffer
  /** For how many milliseconds it is kept. */
  readonly lifetime: number
}

/**
 * Keeps an entry if all versions are still the same, and prolongs those of its tags to outlive it.
 * Resolves to 1, or to 0 where they are not.
 */
export function keeping(redis: Redis, entry: Entry) {
  const { keys, versions, entryKey, value, lifetime } = entry
  return run(redis, 'keep', keep, [...keys, entryKey], versions, value, lifetime, lifetime + 1000)
}

/** Marks the keys for a change, until it is released or the time in milliseconds is over. */
export function marking(redis: Redis, keys: string[], id: string, lifetime: number) {
  return run(redis, 'mark', mark, keys, id, lifetime)
}

/** Takes the marks of a change away, and with the last one of a key its token. */
export function releasing(redis: Redis, keys: string[], id: string) {
  return run(redis, 'release', release, keys, id)
}

type Argument = string | number | Buffer
type Script = (count: number, ...args: Argument[]) => Promise<unknown>

/** By its hash, once Redis knows it: ioredis sees to that. */
function run(
  redis: Redis,
  name: 'keep' | 'mark' | 'release',
  lua: string,
  keys: string[],
  ...args: Argument[]
): Promise<unknown> {
  const command = `${name}Tags`
  if (!(command in redis)) redis.defineCommand(command, { lua })
  const script = Reflect.get(redis, command) as Script
  return script.call(redis, keys.length, ...keys, ...args)
}
