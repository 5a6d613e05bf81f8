// Sets up what every mode of the bench needs: a build, backing services, the load generator and a core
// for the server under test.
import { join } from 'node:path'
import { partSteps, startProcess } from '../scripts/dev/processes.ts'
import { type BackingServices, startBackingServices } from './backing-services.ts'
import { buildPrograms, programs, type Start } from './contestants.ts'
import { ownCores, reserveCore } from './cores.ts'
import { type Load, startLoad } from './load-process.ts'

export interface Bench {
  readonly backing: BackingServices
  readonly load: Load
  /** The folder of the service as `npm run build` makes it. */
  readonly built: string
  /** The server's script in that folder. */
  readonly service: string
  /** Starts a contestant with Redis, on the reserved core. */
  readonly start: Start
  /** The prefix of a command that starts it on all cores. */
  readonly everywhere: readonly string[]
  /** Registers something to stop at the end. The last one registered is stopped first. */
  onStop(stop: () => Promise<unknown>): void
  stop(): Promise<void>
  /** Tells whether a signal has asked the bench to end. */
  interrupted(): boolean
  /** Seconds since the start of the bench. */
  elapsed(): number
}

/** Not `dist/`, so that a build there does not disturb the servers. */
const built = '.data/bench-build/dist'

/** Starts all parts. @throws Error if a part does not start; the others are stopped then. */
export async function setUp(): Promise<Bench> {
  const began = performance.now()
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // The terminal and npm both send a signal.
    process.on(signal, () => {
      if (!interrupted) console.log('\nstopping')
      interrupted = true
    })
  }
  const cores = ownCores()
  const prefix = reserveCore()
  if (prefix.length === 0) console.log('taskset or a second core is missing: no process is pinned')
  await buildService()
  await buildPrograms()
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne()
  }
  try {
    const backing = await startBackingServices()
    stops.push(backing.stop)
    const { load, stop: stopLoad } = await startLoad(join(programs, 'load.js'))
    stops.push(stopLoad)
    const { folder, databaseUrl, redisPort } = backing
    return {
      backing,
      load,
      built,
      service: join(built, 'server.js'),
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
  const words = ['--import', 'tsx', 'scripts/build/build.ts', '--noCheck', '--outDir', built]
  const { exited } = await startProcess(process.execPath, words, { stdio: 'inherit' }, partSteps)
  const how = await exited
  if (how !== 'exit code 0') throw new Error(`the service was not built: ${how}`)
}
