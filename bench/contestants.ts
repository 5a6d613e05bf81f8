// The servers that are compared: the bare one, the service as `npm run build` makes it, and on
// request another build of it. Each is a process in production's configuration with its log in a
// file.
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
}

/** Where `build.ts` leaves what runs apart from this process. */
export const buildFolder = 'dist/bench'

const startWithin = 10_000

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
    REDIS_CACHE_PORT: String(redisPort),
    SECRET_KEY: 'a-secret-for-the-length-of-one-run',
    ADMIN_PASSWORD: 'Nobody-logs-in-0',
  }
  const contestants: Contestant[] = []
  const start = async (name: string, port: number, script: string, ...args: string[]) => {
    const log = openSync(join(folder, `${name}.log`), 'a')
    const [command = process.execPath, ...words] = [...prefix, process.execPath, script, ...args]
    const env = { ...production, PORT: String(port) }
    const options = { env, stdio: ['ignore', log, 'inherit'] as ['ignore', number, 'inherit'] }
    const running = await startProcess(command, words, options, partSteps)
    contestants.push({ ...running, name, port })
  }
  try {
    const barePort = await freePort()
    const bare = `${buildFolder}/contestants/bare.js`
    await start('bare', barePort, bare, String(barePort), databaseUrl, contract.version)
    for (const [name, build] of Object.entries(builds)) {
      await start(name, await freePort(), `${build}/src/server.js`)
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
