// Drops cached responses, for example after a change by SQL.
import { openCache } from '../../app.ts'
import { loadConfig, readEnvironment } from '../../config/config.ts'
import { operations } from '../../contract.ts'
import { isCached } from '../../engine/cache-keys.ts'
import { createLogger } from '../../lib/log.ts'
import { UsageError } from '../command-line.ts'

/** Runs `cache:clear`, for one operation or for all. */
export async function clearCache([id, ...rest]: readonly string[]): Promise<readonly string[]> {
  const cached = Object.values(operations)
    .filter(isCached)
    .map((it) => it.operationId as string)
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`)
  if (id !== undefined && !cached.includes(id)) {
    throw new UsageError(`${id} is not cached; these operations are: ${cached.join(', ')}`)
  }
  const config = loadConfig(readEnvironment())
  const log = createLogger({ level: 'warn', part: 'admin' })
  const cache = openCache({ config, log })
  try {
    await cache.settled
    const isCleared = id === undefined ? await cache.clear() : await clearOne(cache.responses, id)
    if (!isCleared) throw new Error('nothing is cleared: Redis cannot be used, see REDIS_CACHE_URL')
    return [`cleared ${id ?? 'everything'}`]
  } finally {
    cache.close()
  }
}

/** Returns false if Redis failed. */
async function clearOne(responses: ReturnType<typeof openCache>['responses'], id: string) {
  await responses.invalidate(id)
  return responses.counters().get(id)?.errors === 0
}
