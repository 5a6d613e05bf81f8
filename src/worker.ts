// The queue process: the same composition, running the jobs. It listens only if WORKER_PORT is set,
// and then only to say whether it is alive and ready.
import { createServer } from 'node:http'
import { systemClock } from './clock.ts'
import { composeWorker } from './compose.ts'
import { createLogger } from './log.ts'
import { configOrExit, listenOrExit, stopOnSignals } from './process.ts'

const config = configOrExit()
const log = createLogger({ level: config.log.level, part: 'worker' })
const worker = composeWorker({ config, log, clock: systemClock })
const health = createServer(async (request, response) => {
  const known = request.url === '/livez' || request.url === '/readyz'
  const reason = request.url === '/readyz' ? await worker.notReady() : undefined
  response.statusCode = known ? (reason === undefined ? 200 : 503) : 404
  response.end(`${JSON.stringify({ status: reason ?? (known ? 'ok' : 'not found') })}\n`)
})

if (config.worker.port !== undefined) {
  listenOrExit(health, { port: config.worker.port, host: config.http.host }, 'WORKER_PORT', log)
}
log.info({ concurrency: config.worker.concurrency }, 'working')

stopOnSignals(log, config.drainSeconds, async () => {
  health.close()
  await worker.stop(config.drainSeconds * 900)
})
