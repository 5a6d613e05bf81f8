// Renews the leases of the rows that this process's runs hold. A thread does it (heartbeat-thread.ts), so
// that a job that blocks the event loop keeps its row, and the other jobs of the process keep theirs.
import { url as debuggerUrl } from 'node:inspector'
import { Worker } from 'node:worker_threads'
import type { PoolConfig } from '../db/pool.ts'
import type { Logger } from '../lib/log.ts'
import { isBuild, root } from '../lib/root.ts'
import type { Command, Report, ThreadOptions } from './heartbeat-thread.ts'

interface Options {
  readonly database: PoolConfig
  readonly leaseSeconds: number
  readonly log: Logger
}

type OnState = (state: 'cancelled' | 'lost') => void

interface Run {
  readonly id: string
  limitMs?: number
  onState?: OnState
}

export type Heartbeat = ReturnType<typeof startHeartbeat>
/** The row of one run, with its lease. */
export type HeldRow = ReturnType<Heartbeat['hold']>

const restartMs = 1000
const stopMs = 500

/** Starts the thread, and starts it again if it fails. */
export function startHeartbeat({ database, leaseSeconds, log }: Options) {
  const runs = new Map<string, Run>()
  const options: ThreadOptions = {
    database,
    leaseSeconds,
    logLevel: log.level,
    mayKillProcess: debuggerUrl() === undefined,
  }
  let isStopping = false
  let hasStarted = false
  let restart: NodeJS.Timeout | undefined
  let thread = startAndListen()

  const send = (command: Command) => thread.postMessage(command)

  function startAndListen(): Worker {
    const started = startThread(options)
    started.on('message', receive)
    started.on('error', (error) => {
      // The build lacks the thread's file, and a worker must not run without a heartbeat.
      if (!hasStarted) throw error
      log.error({ err: error }, 'the heartbeat failed')
    })
    started.on('exit', () => {
      if (!isStopping) restart = setTimeout(startAgain, restartMs)
    })
    return started
  }

  function startAgain() {
    thread = startAndListen()
    for (const [runId, { id, limitMs }] of runs) {
      send({ type: 'hold', id, runId })
      if (limitMs !== undefined) send({ type: 'limit', runId, ms: limitMs })
    }
  }

  function release(runId: string) {
    if (runs.delete(runId)) send({ type: 'release', runId })
  }

  function receive(report: Report) {
    if (report.type === 'started') hasStarted = true
    else if (report.type === 'failure') {
      log.warn({ err: report.error }, 'cannot renew leases: the database is unavailable')
    } else if (report.type === 'success') log.info('leases are renewed again')
    else {
      const { runId, state } = report
      const onState = runs.get(runId)?.onState
      // The thread takes the answer as a sign that the event loop works.
      if (state === 'lost') release(runId)
      onState?.(state)
    }
  }

  return {
    /** Renews the lease of a row from before its claim: another job may block the event loop meanwhile. */
    hold(id: string, runId: string) {
      const run: Run = { id }
      runs.set(runId, run)
      send({ type: 'hold', id, runId })
      return {
        /** Renews it for this many milliseconds from now, plus a grace, or until `onState` is called. */
        limit(ms: number, onState: OnState) {
          run.limitMs = ms
          run.onState = onState
          send({ type: 'limit', runId, ms })
        },

        /** Renews it no more. */
        release: () => release(runId),
      }
    },

    /** Ends the thread. */
    async stop() {
      isStopping = true
      clearTimeout(restart)
      const hasExited = thread.threadId === -1
      if (hasExited) return
      const exited = new Promise((resolve) => thread.once('exit', resolve))
      send({ type: 'stop' })
      const deadline = setTimeout(() => thread.terminate(), stopMs)
      await exited
      clearTimeout(deadline)
    },
  }
}

/** Starts the thread from the build, or from the sources, which it compiles. */
function startThread(options: ThreadOptions): Worker {
  if (isBuild) return new Worker(new URL('heartbeat-thread.js', root), { workerData: options })
  const { href } = new URL('./heartbeat-thread.ts', import.meta.url)
  const script = `import('tsx/esm/api').then(({ register }) => (register(), import('${href}')))`
  return new Worker(script, { eval: true, workerData: options })
}
