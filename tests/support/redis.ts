// Redis servers of a test's own, to be stopped, restarted and broken: each on a port that the test
// chooses, gone after the test.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { startRedis } from '../../scripts/dev/redis.ts'

type Redis = Awaited<ReturnType<typeof startRedis>>

interface Settings {
  readonly durable?: boolean
  /** More lines of its configuration. */
  readonly settings?: readonly string[]
}

/** To be called before the file's own hooks: what uses a server is stopped before it. */
export function useRedis() {
  let folder: string
  const running: Redis[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redis-test-'))
  })
  afterEach(async () => {
    for (const redis of running.splice(0)) await redis.stop()
  })
  afterAll(() => rm(folder, { recursive: true }))

  return {
    /** Starts one; a durable one comes back with what it held, where it is started there again. */
    async start(port: number, { durable = false, settings = [] }: Settings = {}): Promise<Redis> {
      const dataDir = join(folder, String(port))
      const redis = await startRedis({ dataDir, port, durable, settings })
      running.push(redis)
      return redis
    },
  }
}
