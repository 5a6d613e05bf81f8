// The sample task, a greeting: slow enough for its progress to be seen.
import { setTimeout as wait } from 'node:timers/promises'
import type { TaskKind } from './jobs.ts'

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
