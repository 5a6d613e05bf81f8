// The worker process of the fault suite: the product's, with a job whose effect can be counted. It takes a
// while, as work does, and writes a row at its end.
import { setTimeout as wait } from 'node:timers/promises'
import { loadConfig, readEnvironment } from '../../../src/config/config.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { stopOnSignals } from '../../../src/lib/process.ts'
import { createWorker } from '../../../src/worker-app.ts'
import { type Run, withOwnJob } from '../../support/jobs.ts'

const workMs = Number(process.env.WORK_MS)

const run: Run = async (payload, { id, attempt, signal }) => {
  const ms = blockingMs(payload.name ?? '', attempt)
  if (ms > 0) blockEventLoop(ms)
  else await wait(workMs, undefined, { signal })
  return async (trx) => {
    await trx('effects').insert({ job_id: id })
  }
}

/** A job that is named `block 5000` blocks the event loop so long, `block 5000 once` the first time only. */
function blockingMs(name: string, attempt: number): number {
  const [, ms, once] = /^block (\d+)( once)?$/.exec(name) ?? []
  return once && attempt > 1 ? 0 : Number(ms ?? 0)
}

function blockEventLoop(ms: number) {
  const end = performance.now() + ms
  while (performance.now() < end);
}

const config = loadConfig(readEnvironment())
const log = createLogger({ level: config.log.level, part: 'worker' })
const worker = createWorker({ config, log, clock: systemClock, jobs: withOwnJob({ run }) })
stopOnSignals(() => worker.stop(config.drainSeconds * 900), {
  log,
  deadlineSeconds: config.drainSeconds,
})
