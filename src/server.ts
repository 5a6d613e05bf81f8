// The HTTP server: loads the configuration, wires the service, listens, and drains on a signal. With
// WEB_CONCURRENCY above 1 the first process runs several others that do so. With METRICS_PORT it also serves
// metrics, for all of them.
import { createApi } from './app.ts'
import { loadConfig, readEnvironment } from './config/config.ts'
import { contract } from './contract.ts'
import { isExpected } from './engine/errors.ts'
import { onInternalError } from './error-hook.ts'
import { createHttpServer } from './http/server.ts'
import { systemClock } from './lib/clock.ts'
import { errorReporter } from './lib/internal-errors.ts'
import { createLogger, switchLevelOnSignal } from './lib/log.ts'
import { answerPrimary, createMetrics, metricsOfProcesses, serveMetrics } from './lib/metrics.ts'
import {
  disablePretenuring,
  hasPrimary,
  isPrimaryOf,
  listenOrExit,
  runProcesses,
  startOrExit,
  stopOnSignals,
} from './lib/process.ts'
import { startTelemetry } from './lib/tracing.ts'

disablePretenuring()
const config = startOrExit(() => loadConfig(readEnvironment()))
const { host, port, processes, drainDelaySeconds, publicPath } = config.http
const { drainSeconds } = config
const { version = contract.version, commit } = config.build
const log = createLogger({ level: config.log.level, part: 'api', version, commit })
switchLevelOnSignal(log)
const stopOptions = { log, deadlineSeconds: drainDelaySeconds + drainSeconds }

if (isPrimaryOf(processes)) {
  const stop = runProcesses(processes, log)
  serveMetricsOf(metricsOfProcesses)
  stopOnSignals(stop, stopOptions)
} else await serve()

function serveMetricsOf(text: () => Promise<string>) {
  const { host, port } = config.metrics
  if (port !== undefined) serveMetrics({ host, port }, 'METRICS_PORT', text, log)
}

async function serve() {
  const metrics = config.metrics.port === undefined ? undefined : createMetrics({ version, commit })
  const process = { part: 'api', version, commit } as const
  const telemetry = await startTelemetry(config.telemetry, { ...process, isExpected, log })
  const { tracing } = telemetry ?? {}
  const report = errorReporter(onInternalError, log)
  const options = { config, log, clock: systemClock, metrics, tracing, onInternalError: report }
  const api = startOrExit(() => createApi(options))
  const { server, drain } = createHttpServer(api.app, api.headers, { publicPath })

  // Without this, the first requests after each deployment would find no cache.
  await api.settled
  listenOrExit(server, { host, port }, 'PORT', log)
  if (metrics && hasPrimary()) answerPrimary(metrics, log)
  else if (metrics) serveMetricsOf(metrics.text)

  const stop = async () => {
    api.announceStop()
    // Not before the balancer has noticed, or clients would reconnect to this process.
    setTimeout(api.endStreams, drainDelaySeconds * 1000)
    // Requests get less time than the process has, so that it can still close its connections.
    await drain({ delayMs: drainDelaySeconds * 1000, patienceMs: drainSeconds * 800 })
    await api.close()
    await telemetry?.stop(drainSeconds * 100)
  }
  stopOnSignals(stop, { ...stopOptions, hasPrimary: hasPrimary() })
}
