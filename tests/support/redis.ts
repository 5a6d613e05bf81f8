// Redis servers that a test may stop, restart and break, each on a port that the test chooses. They stop
// with the test.
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

/** Call this before the file's own hooks, so that the users of a server stop before it. */
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
    /** Starts a server. A durable one has its data again when it restarts on the same port. */
    async start(port: number, { durable = false, settings = [] }: Settings = {}): Promise<Redis> {
      const dataDir = join(folder, String(port))
      const redis = await startRedis({ dataDir, port, durable, settings })
      running.push(redis)
      return redis
    },
  }
}
