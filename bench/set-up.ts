// What every mode of the bench begins with: a build, servers to run on, the load generator, and who
// gets which core.
import { join } from 'node:path'
import { partSteps, startProcess } from '../scripts/dev/processes.ts'
import { type Surroundings, startSurroundings } from './backing-services.ts'
import { buildPrograms, programs, type Start } from './contestants.ts'
import { ownCores, reserveCore } from './cores.ts'
import { type Load, startLoad } from './load-process.ts'

export interface Bench {
  readonly surroundings: Surroundings
  readonly load: Load
  /** The folder of the service as `npm run build` makes it. */
  readonly built: string
  /** The server's script in that folder. */
  readonly service: string
  /** For contestants: with Redis, on the core that is theirs. */
  readonly start: Start
  /** The words that start a command on all cores. */
  readonly everywhere: readonly string[]
  /** Has something stopped at the end, before what it runs on. */
  onStop(stop: () => Promise<unknown>): void
  stop(): Promise<void>
  /** Whether somebody wants it to end. */
  interrupted(): boolean
  /** Seconds since it was begun. */
  elapsed(): number
}

/** Not `dist/`: whoever builds there meanwhile takes nothing from under the servers. */
const built = '.data/bench-build/dist'

/** @throws Error where a part does not start; then all are gone again. */
export async function setUp(): Promise<Bench> {
  const began = performance.now()
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // More than once, since the terminal and npm both send one.
    process.on(signal, () => {
      if (!interrupted) console.log('\nstopping')
      interrupted = true
    })
  }
  const cores = ownCores()
  const prefix = reserveCore()
  if (prefix.length === 0) console.log('taskset or a second core is missing: nothing is pinned')
  await buildService()
  await buildPrograms()
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne()
  }
  try {
    const surroundings = await startSurroundings()
    stops.push(surroundings.stop)
    const { load, stop: stopLoad } = await startLoad(join(programs, 'load.js'))
    stops.push(stopLoad)
    const { folder, databaseUrl, redisPort } = surroundings
    return {
      surroundings,
      load,
      built,
      service: join(built, 'src/server.js'),
      start: { folder, databaseUrl, redisPort, prefix },
      everywhere: prefix.length === 0 ? [] : ['taskset', '-c', cores.join(',')],
      onStop: (it) => void stops.push(it),
      stop,
      interrupted: () => interrupted,
      elapsed: () => (performance.now() - began) / 1000,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function buildService() {
  const words = ['--import', 'tsx', 'scripts/build/build.ts', '--outDir', built]
  const { exited } = await startProcess(process.execPath, words, { stdio: 'inherit' }, partSteps)
  const how = await exited
  if (how !== 'exit code 0') throw new Error(`the service was not built: ${how}`)
}
