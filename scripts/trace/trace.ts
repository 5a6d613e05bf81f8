// `npm run trace -- updateUser`: sends one request of an operation to a private copy of the service, and
// prints the files of src/ in which a function ran for it. The requests are those of the contract suite.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { operations } from '../../generated/operations.ts'
import { closeDatabase, createDatabase } from '../../src/db/connection.ts'
import { createLogger } from '../../src/lib/log.ts'
import { successes } from '../../tests/contract/suite/requests.ts'
import { send } from '../../tests/contract/suite/run.ts'
import { password } from '../../tests/support/builders.ts'
import { worldOf } from '../../tests/support/past-the-api.ts'
import { freePort } from '../dev/ports.ts'
import { startPostgres } from '../dev/postgres.ts'
import { partSteps, startProcess } from '../dev/processes.ts'
import { startRedis } from '../dev/redis.ts'

type OperationId = keyof typeof operations
type Stop = () => Promise<unknown>

const source = new URL('../../src/', import.meta.url).href
const quiet = createLogger({ level: 'silent', part: 'trace' })
/** How long after its answer a request may still work, in milliseconds: the log line, for one. */
const settleTime = 200
const startWithin = 30_000

async function trace(operation: OperationId) {
  const stops: Stop[] = []
  try {
    const { status, files } = await filesOf(operation, stops)
    console.log(`${operation} answered ${status} and ran functions of ${files.length} files:`)
    for (const { file, functions } of files) console.log(`  ${file}  ${listed(functions)}`)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** Functions by name, and how many have none. */
function listed(functions: readonly string[]): string {
  const named = functions.filter((name) => name !== '')
  const anonymous = functions.length - named.length
  return [...named, ...(anonymous > 0 ? [`${anonymous} anonymous`] : [])].join(', ')
}

async function filesOf(operation: OperationId, stops: Stop[]) {
  const { databaseUrl, redisPort } = await startServers(stops)
  const db = createDatabase({ url: databaseUrl, poolMax: 1 }, quiet)
  stops.push(() => closeDatabase(db))
  await db.migrate.latest()
  const { origin, child } = await startApi({ databaseUrl, redisPort }, stops)
  const world = worldOf({ url: origin, db })
  // The second request is for the order: its breakpoints would disturb what the first one measures.
  const [counted, ordered] = [await successes[operation](world), await successes[operation](world)]
  await sleep(settleTime)
  await ask(child, 'count')
  const { status } = await send(origin, operation, counted)
  await sleep(settleTime)
  const files = filesWithCalls(await ask<Profiler.ScriptCoverage[]>(child, 'counted'))
  await send(origin, operation, ordered)
  await sleep(settleTime)
  const order = await ask<string[]>(child, 'order')
  const place = ({ url }: CalledFile) => (order.includes(url) ? order.indexOf(url) : order.length)
  return { status, files: files.toSorted((one, other) => place(one) - place(other)) }
}

/** Sends a message to the watcher in the server and resolves with its answer. */
async function ask<Answer>(child: ChildProcess, message: string): Promise<Answer> {
  child.send(message)
  const [answer] = await once(child, 'message', { signal: AbortSignal.timeout(startWithin) })
  return answer
}

/** Starts a PostgreSQL and a Redis, both empty and temporary. */
async function startServers(stops: Stop[]) {
  const folder = await mkdtemp(join(tmpdir(), 'api-trace-'))
  stops.push(() => rm(folder, { recursive: true, force: true }))
  // PostgreSQL does not run as root: its own user has to reach its folder.
  await chmod(folder, 0o755)
  const redisPort = await freePort()
  const redis = await startRedis({
    dataDir: join(folder, 'redis'),
    port: redisPort,
    durable: false,
  })
  stops.push(redis.stop)
  const port = await freePort()
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port, durable: false })
  stops.push(postgres.stop)
  return { databaseUrl: postgres.url, redisPort }
}

/** Starts the API as in production, and resolves when it is ready. */
async function startApi(
  { databaseUrl, redisPort }: { databaseUrl: string; redisPort: number },
  stops: Stop[],
) {
  const port = await freePort()
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    ENVIRONMENT: 'staging',
    DATABASE_URL: databaseUrl,
    REDIS_CACHE_HOST: '127.0.0.1',
    REDIS_CACHE_PORT: String(redisPort),
    HOST: '127.0.0.1',
    PORT: String(port),
    SECRET_KEY: 'a-secret-for-the-length-of-one-trace',
    ADMIN_PASSWORD: password,
    DRAIN_DELAY_SECONDS: '0',
  }
  const preloaded = fileURLToPath(new URL('preload.mjs', import.meta.url))
  const args = ['--import', 'tsx', '--import', pathToFileURL(preloaded).href, 'src/server.ts']
  const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'ignore', 'inherit', 'ipc']
  const { child, stop } = await startProcess(process.execPath, args, { env, stdio }, partSteps)
  stops.push(stop)
  const origin = `http://127.0.0.1:${port}`
  for (const deadline = Date.now() + startWithin; ; await sleep(50)) {
    const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
    if (answer?.ok) return { origin, child }
    if (Date.now() > deadline) throw new Error('the API did not become ready')
  }
}

interface CalledFile {
  readonly url: string
  readonly file: string
  readonly functions: readonly string[]
}

/** The files of src/ with the functions that were called, without the evaluation of modules. */
function filesWithCalls(coverage: readonly Profiler.ScriptCoverage[]): CalledFile[] {
  return coverage
    .filter(({ url }) => url.startsWith(source))
    .map(({ url, functions }) => ({
      url,
      file: `src/${url.slice(source.length)}`,
      functions: functions
        .filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
        .map(({ functionName }) => functionName)
        // The loader wraps functions with this one, to keep their names.
        .filter((name) => name !== '__name'),
    }))
    .filter(({ functions }) => functions.length > 0)
}

const [id = ''] = process.argv.slice(2)
if (Object.hasOwn(operations, id)) await trace(id as OperationId)
else {
  console.error(`npm run trace -- <operationId>, one of: ${Object.keys(operations).join(', ')}`)
  process.exitCode = 2
}
