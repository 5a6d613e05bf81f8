// Keeps the rows of this process's runs leased while they run. A thread does it (heartbeat-thread.ts), so
// that a job that blocks the event loop keeps its row, and so do the jobs beside it.
import { url as debuggerUrl } from 'node:inspector'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { PoolConfig } from '../db/pool.ts'
import type { Logger } from '../lib/log.ts'
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
/** One run's share of it. */
export type Held = ReturnType<Heartbeat['hold']>

const restartMs = 1000
const stopMs = 500

/** Starts the thread, and starts it again should it ever fail. */
export function startHeartbeat({ database, leaseSeconds, log }: Options) {
  const runs = new Map<string, Run>()
  const options: ThreadOptions = {
    database,
    leaseSeconds,
    logLevel: log.level,
    mayEndProcess: debuggerUrl() === undefined,
  }
  let isStopping = false
  let hasStarted = false
  let restart: NodeJS.Timeout | undefined
  let thread = open()

  const tell = (command: Command) => thread.postMessage(command)

  function open(): Worker {
    const fresh = startThread(options)
    fresh.on('message', hear)
    fresh.on('error', (error) => {
      // A build without the thread's file: no worker may run without a heartbeat.
      if (!hasStarted) throw error
      log.error({ err: error }, 'the heartbeat failed')
    })
    fresh.on('exit', () => {
      if (!isStopping) restart = setTimeout(reopen, restartMs)
    })
    return fresh
  }

  function reopen() {
    thread = open()
    for (const [runId, { id, limitMs }] of runs) {
      tell({ type: 'hold', id, runId })
      if (limitMs !== undefined) tell({ type: 'limit', runId, ms: limitMs })
    }
  }

  function release(runId: string) {
    if (runs.delete(runId)) tell({ type: 'release', runId })
  }

  function hear(report: Report) {
    if (report.type === 'started') hasStarted = true
    else if (report.type === 'failure') {
      log.warn({ err: report.error }, 'leases are not renewed: database out of reach')
    } else if (report.type === 'success') log.info('leases are renewed again')
    else {
      const { runId, state } = report
      const onState = runs.get(runId)?.onState
      // The thread takes this for a sign of life.
      if (state === 'lost') release(runId)
      onState?.(state)
    }
  }

  return {
    /** Holds a row for a run that is about to claim it: what blocks the event loop may begin meanwhile. */
    hold(id: string, runId: string) {
      const run: Run = { id }
      runs.set(runId, run)
      tell({ type: 'hold', id, runId })
      return {
        /** Holds it for so many seconds from now, plus a grace. `onState` hears how that ends early. */
        limit(seconds: number, onState: OnState) {
          run.limitMs = seconds * 1000
          run.onState = onState
          tell({ type: 'limit', runId, ms: run.limitMs })
        },

        release: () => release(runId),
      }
    },

    async stop() {
      isStopping = true
      clearTimeout(restart)
      const hasExited = thread.threadId === -1
      if (hasExited) return
      const exited = new Promise((resolve) => thread.once('exit', resolve))
      tell({ type: 'stop' })
      const impatience = setTimeout(() => thread.terminate(), stopMs)
      await exited
      clearTimeout(impatience)
    },
  }
}

/** The thread's file lies beside this one; where both are TypeScript, tsx has to be loaded first. */
function startThread(options: ThreadOptions): Worker {
  const extension = extname(new URL(import.meta.url).pathname)
  const { href } = new URL(`./heartbeat-thread${extension}`, import.meta.url)
  if (extension !== '.ts') return new Worker(new URL(href), { workerData: options })
  const script = `import('tsx/esm/api').then(({ register }) => (register(), import('${href}')))`
  return new Worker(script, { eval: true, workerData: options })
}
