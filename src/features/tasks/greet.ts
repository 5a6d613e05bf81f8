// The sample task: a greeting. Small enough to finish within a second, long enough to be watched.
import { setTimeout as wait } from 'node:timers/promises'
import type { TaskKind } from './jobs.ts'

/** Half a second in two halves, so that `progress` can be seen to move. */
const stepMs = 250

export const greet: TaskKind<'greet'> = {
  async run({ name }, { log, report, signal }) {
    await wait(stepMs, undefined, { signal })
    await report(50)
    await wait(stepMs, undefined, { signal })
    const message = `Hello, ${name}!`
    log.info({ length: message.length }, 'greeted')
    return { message }
  },
}
