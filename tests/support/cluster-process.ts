// A program of several processes for the tests of the cluster. PLAN tells how each start of a process
// ends, and the processes count their starts in FOLDER.
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createLogger } from '../../src/lib/log.ts'
import { isPrimaryOf, runProcesses, stopOnSignals } from '../../src/lib/process.ts'

const { PLAN = '', FOLDER = '' } = process.env
const steps = PLAN.split(',')
const log = createLogger({ level: 'info', part: 'test' })

/** Returns how many processes started before this one. */
function countStart(): number {
  for (let start = 0; ; start += 1) {
    try {
      mkdirSync(join(FOLDER, String(start)))
      return start
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

if (isPrimaryOf(2)) stopOnSignals(runProcesses(2, log), { log, deadlineSeconds: 10 })
else {
  const start = countStart()
  if (steps[start] === 'fail') process.exit(3)
  createServer().listen(0, '127.0.0.1', () => log.info({ pid: process.pid }, 'listening'))
}
