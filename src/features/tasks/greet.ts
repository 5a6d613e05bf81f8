// The sample task: a greeting. Small enough to finish within a second, long enough to be watched.
import { setTimeout as wait } from 'node:timers/promises'
import type { TaskHandler } from './types.ts'

/** Half a second in two halves, so that `progress` can be seen to move. */
const stepMs = 250

export const greet: TaskHandler<'greet'> = async ({ name }, { log, report }) => {
  await wait(stepMs)
  await report(50)
  await wait(stepMs)
  const message = `Hello, ${name}!`
  log.info({ length: message.length }, 'greeted')
  return { message }
}
