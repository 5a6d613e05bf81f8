// The entry point of the worker, which runs the jobs. With WORKER_PORT set, it answers probes and metrics.
import { createServer } from 'node:http'
import { systemClock } from './lib/clock.ts'
import { createLogger } from './lib/log.ts'
import { configOrExit, expectShortLives, listenOrExit, stopOnSignals } from './lib/process.ts'
import { composeWorker } from './worker-app.ts'

expectShortLives()
const config = configOrExit()
const log = createLogger({ level: config.log.level, part: 'worker' })
const worker = composeWorker({ config, log, clock: systemClock })

let isStopping = false

/** The status and the text of each path. */
const answers: Readonly<Record<string, () => Promise<readonly [number, string]>>> = {
  '/livez': async () => health(isStopping ? undefined : worker.notAlive()),
  '/readyz': async () => health(isStopping ? 'The worker is stopping.' : await worker.notReady()),
  '/metrics': async () => [200, await worker.metrics()],
}
const health = (reason: string | undefined) =>
  reason === undefined ? ([200, status('ok')] as const) : ([503, status(reason)] as const)
const status = (text: string) => `${JSON.stringify({ status: text })}\n`

const server = createServer(async (request, response) => {
  const answer = answers[request.url ?? '']
  const [code, text] = answer
    ? await answer().catch((error: unknown) => {
        log.warn({ err: error }, 'cannot answer')
        return [503, status('the database cannot be reached')] as const
      })
    : [404, status('not found')]
  response.setHeader('Content-Type', text.startsWith('{') ? 'application/json' : 'text/plain')
  response.statusCode = code
  response.end(text)
})

if (config.worker.port !== undefined) {
  listenOrExit(server, { port: config.worker.port, host: config.http.host }, 'WORKER_PORT', log)
}
log.info({ concurrency: config.worker.concurrency }, 'working')

stopOnSignals(log, config.drainSeconds, async () => {
  isStopping = true
  // Probes are answered until the end: a worker that finishes its jobs is alive.
  await worker.stop(config.drainSeconds * 900)
})
