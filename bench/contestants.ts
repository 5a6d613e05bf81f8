// The servers that are compared: the bare one, the service as `npm run build` makes it, and on
// request another build of it. Each is two processes in production's configuration, with their logs
// in files: one has a Redis, the other none.
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { contract } from '../generated/operations.ts'
import { freePort } from '../scripts/infrastructure/ports.ts'
import { partSteps, type Running, startProcess } from '../scripts/infrastructure/processes.ts'
import type { Surroundings } from './surroundings.ts'

export interface Contestant extends Running {
  readonly name: string
  readonly port: number
  /** Whether it has a Redis. */
  readonly redis: boolean
}

/** Where `build.ts` leaves what runs apart from this process. */
export const buildFolder = 'dist/bench'

const startWithin = 10_000
/** A port that needs a privilege which no contestant has. */
const nobodyListens = 1

/**
 * Starts all of them, each by the words of `prefix`; the bare one comes first.
 * @param builds folders like `dist/`, by the name to show.
 * @throws Error that names the one which does not answer.
 */
export async function startContestants(
  { folder, databaseUrl, redisPort }: Surroundings,
  prefix: readonly string[],
  builds: Readonly<Record<string, string>>,
): Promise<Contestant[]> {
  const production = {
    ...process.env,
    NODE_ENV: 'production',
    ENVIRONMENT: 'production',
    LOG_LEVEL: 'info',
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    REDIS_CACHE_HOST: '127.0.0.1',
    SECRET_KEY: 'a-secret-for-the-length-of-one-run',
    ADMIN_PASSWORD: 'Nobody-logs-in-0',
  }
  const contestants: Contestant[] = []
  const start = async (name: string, script: string, redis: boolean, ...args: string[]) => {
    const port = await freePort()
    const log = openSync(join(folder, `${name}-${port}.log`), 'a')
    const [command = process.execPath, ...words] = [...prefix, process.execPath, script, ...args]
    const cache = String(redis ? redisPort : nobodyListens)
    const env = { ...production, PORT: String(port), REDIS_CACHE_PORT: cache }
    const options = { env, stdio: ['ignore', log, 'inherit'] as ['ignore', number, 'inherit'] }
    const running = await startProcess(command, words, options, partSteps)
    contestants.push({ ...running, name, port, redis })
  }
  try {
    const bare = `${buildFolder}/contestants/bare.js`
    for (const redis of [true, false]) {
      await start('bare', bare, redis, databaseUrl, contract.version, redis ? 'cached' : '')
      for (const [name, build] of Object.entries(builds)) {
        await start(name, `${build}/src/server.js`, redis)
      }
    }
    await Promise.all(contestants.map(untilItAnswers))
    return contestants
  } catch (error) {
    await Promise.all(contestants.map((it) => it.stop()))
    throw error
  }
}

async function untilItAnswers({ name, port }: Contestant) {
  for (const deadline = Date.now() + startWithin; ; await sleep(50)) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > deadline) throw new Error(`${name} does not answer`)
  }
}
