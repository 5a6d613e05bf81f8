// The worker: loads the configuration, wires the jobs and runs them until a signal. With WORKER_PORT it
// also answers health checks, and with METRICS_PORT it serves metrics.
import { createServer } from 'node:http'
import { loadConfig, readEnvironment } from './config/config.ts'
import { contract } from './contract.ts'
import { isExpected } from './engine/errors.ts'
import { onInternalError } from './error-hook.ts'
import { systemClock } from './lib/clock.ts'
import { errorReporter } from './lib/internal-errors.ts'
import { createLogger, switchLevelOnSignal } from './lib/log.ts'
import { createMetrics, serveMetrics } from './lib/metrics.ts'
import { disablePretenuring, listenOrExit, startOrExit, stopOnSignals } from './lib/process.ts'
import { startTelemetry } from './lib/tracing.ts'
import { createWorker } from './worker-app.ts'

disablePretenuring()
const config = startOrExit(() => loadConfig(readEnvironment()))
const { concurrency, port } = config.worker
const { version = contract.version, commit } = config.build
const log = createLogger({ level: config.log.level, part: 'worker', version, commit })
switchLevelOnSignal(log)
const { host: metricsHost, workerPort: metricsPort } = config.metrics
const metrics = metricsPort === undefined ? undefined : createMetrics({ version, commit })
const telemetry = await startTelemetry(config.telemetry, {
  ...{ part: 'worker', version, commit },
  isExpected,
  log,
})
const { tracing } = telemetry ?? {}
const report = errorReporter(onInternalError, log)
const options = { config, log, clock: systemClock, metrics, tracing, onInternalError: report }
const worker = createWorker(options)
let isStopping = false

type Health = readonly [status: number, text: string]
const status = (text: string) => `${JSON.stringify({ status: text })}\n`
const health = (problem: string | undefined): Health =>
  problem === undefined ? [200, status('ok')] : [503, status(problem)]

const routes: Readonly<Record<string, () => Promise<Health>>> = {
  '/livez': async () => health(isStopping ? undefined : worker.notAlive()),
  '/readyz': async () => health(isStopping ? 'the worker is stopping' : await worker.notReady()),
}

async function respond(path: string): Promise<Health> {
  const route = routes[path]
  if (route === undefined) return [404, status('not found')]
  return route().catch((error: unknown) => {
    log.warn({ err: error }, 'a health check failed')
    return health('the database is unreachable')
  })
}

if (port !== undefined) {
  const server = createServer(async ({ url = '' }, response) => {
    const [code, text] = await respond(url)
    response.writeHead(code, { 'Content-Type': 'application/json' }).end(text)
  })
  listenOrExit(server, { port, host: config.http.host }, 'WORKER_PORT', log)
}
if (metrics && metricsPort !== undefined) {
  const address = { host: metricsHost, port: metricsPort }
  serveMetrics(address, 'METRICS_PORT or WORKER_METRICS_PORT', metrics.text, log)
}
log.info({ concurrency }, 'running jobs')

const stop = async () => {
  isStopping = true
  // Health checks are answered until the end: a worker that finishes its jobs is alive.
  await worker.stop(config.drainSeconds * 900)
  await telemetry?.stop(config.drainSeconds * 50)
}
stopOnSignals(stop, { log, deadlineSeconds: config.drainSeconds })
