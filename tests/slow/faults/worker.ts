// The worker process of the fault suite: the product's, with a greeting whose effect can be counted. It
// takes a while, as work does, and writes a row at its end.
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../../src/clock.ts'
import { composeWorker } from '../../../src/compose-worker.ts'
import type { TaskKind } from '../../../src/features/tasks/types.ts'
import { createLogger } from '../../../src/log.ts'
import { configOrExit, stopOnSignals } from '../../../src/process.ts'

const workMs = Number(process.env.WORK_MS)

const greet: TaskKind<'greet'> = {
  async run({ name }, { taskId, signal }) {
    await wait(workMs, undefined, { signal })
    return async (trx) => {
      await trx('effects').insert({ task_id: taskId })
      return { message: `Hello, ${name}!` }
    }
  },
}

const config = configOrExit()
const log = createLogger({ level: config.log.level, part: 'worker' })
const worker = composeWorker({ config, log, clock: systemClock }, { greet })
stopOnSignals(log, config.drainSeconds, () => worker.stop(config.drainSeconds * 900))
