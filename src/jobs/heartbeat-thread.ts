// The thread behind heartbeat.ts. It renews the leases of the runs it is told of, on a connection of its
// own. It also enforces their deadlines: a process that is hung loses its rows, and is ended.
import { parentPort, workerData } from 'node:worker_threads'
import { openPool, type PoolConfig } from '../db/pool.ts'
import { createLogger } from '../lib/log.ts'
import { renewal } from './outbox.ts'

export interface ThreadOptions {
  readonly database: PoolConfig
  readonly leaseSeconds: number
  readonly logLevel: string
  /** False where a debugger may hold the event loop. */
  readonly mayEndProcess: boolean
}

/** What the main thread tells this one. */
export type Command =
  | { readonly type: 'hold'; readonly id: string; readonly runId: string }
  | { readonly type: 'limit'; readonly runId: string; readonly ms: number }
  | { readonly type: 'release'; readonly runId: string }
  | { readonly type: 'stop' }

/** What this thread tells the main one. */
export type Report =
  | { readonly type: 'state'; readonly runId: string; readonly state: 'cancelled' | 'lost' }
  | { readonly type: 'failure'; readonly error: unknown }
  | { readonly type: 'success' }
  | { readonly type: 'started' }

interface Run {
  readonly id: string
  readonly runId: string
  /** Infinite until the run has claimed its row. */
  deadline: number
  /** Whether the main thread was told that the run is past its deadline. */
  isExpired: boolean
}

interface Renewed {
  readonly runId: string
  readonly isCancelled: boolean
  readonly isRenewed: boolean
}

/** How long the main thread has to end a run by itself after its time is over. */
const graceMs = 2000
/** How long it then has to take note that the run has lost its row. */
const answerMs = 5000
const watchMs = 500

const { database, leaseSeconds, logLevel, mayEndProcess }: ThreadOptions = workerData
const periodMs = (leaseSeconds * 1000) / 3
const retryMs = Math.min(periodMs, 1000)
const queryTimeoutMs = Math.max(500, Math.min(periodMs / 2, 3000))

const runs = new Map<string, Run>()
const log = createLogger({ level: logLevel, part: 'worker' })
const pool = openPool(database, log, { max: 1, connectTimeoutMs: 3000, queryTimeoutMs })
let isHealthy = true
/** Since when every run has been past its deadline. */
let hungSince: number | undefined

function report(message: Report) {
  parentPort?.postMessage(message)
}

/** Renews the leases of these runs. Returns false if a row was locked and has to be tried again soon. */
async function renew(held: readonly Run[]): Promise<boolean> {
  const values = [held.map(({ id }) => id), held.map(({ runId }) => runId), leaseSeconds]
  // A run that has not claimed its row yet cannot have lost it.
  const begun = held.filter(({ deadline }) => deadline < Infinity)
  const { rows } = await pool.query<Renewed>(renewal, values)
  const found = new Map(rows.map((row) => [row.runId, row]))
  for (const { runId } of begun) {
    const row = found.get(runId)
    if (row === undefined) report({ type: 'state', runId, state: 'lost' })
    else if (row.isCancelled) report({ type: 'state', runId, state: 'cancelled' })
  }
  return rows.every(({ isRenewed }) => isRenewed)
}

async function beat() {
  const held = isHung() ? [] : [...runs.values()]
  let pause = periodMs
  if (held.length > 0) {
    try {
      if (!(await renew(held))) pause = retryMs
      if (!isHealthy) report({ type: 'success' })
      isHealthy = true
    } catch (error) {
      pause = retryMs
      if (isHealthy) report({ type: 'failure', error })
      isHealthy = false
    }
  }
  setTimeout(beat, pause).unref()
}

/**
 * Whether every run that has begun is past its deadline. A main thread that works releases such a run when
 * it is told. One that does not is blocked by a run, perhaps by the one that still has time: the others
 * are held as long, since they cannot go on before it ends.
 */
function isHung(): boolean {
  const begun = [...runs.values()].filter(({ deadline }) => deadline < Infinity)
  const now = performance.now()
  return begun.length > 0 && begun.every(({ deadline }) => deadline < now)
}

function watch() {
  const now = performance.now()
  for (const run of runs.values()) {
    if (now < run.deadline || run.isExpired) continue
    run.isExpired = true
    report({ type: 'state', runId: run.runId, state: 'lost' })
  }
  if (!isHung()) hungSince = undefined
  else {
    hungSince ??= now
    if (now - hungSince > answerMs && mayEndProcess) endProcess()
  }
}

/** The event loop is blocked for good, and does nothing for any other job either. */
function endProcess() {
  clearInterval(watching)
  const jobIds = [...runs.values()].map(({ id }) => id)
  log.fatal({ jobIds }, 'a job has blocked the event loop past its timeout: ending the process')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100)
}

parentPort?.on('message', (command: Command) => {
  switch (command.type) {
    case 'hold':
      runs.set(command.runId, { ...command, deadline: Infinity, isExpired: false })
      break
    case 'limit': {
      const run = runs.get(command.runId)
      if (run === undefined) break
      run.deadline = performance.now() + command.ms + graceMs
      run.isExpired = false
      break
    }
    case 'release':
      runs.delete(command.runId)
      break
    case 'stop':
      parentPort?.close()
      pool.end()
  }
})
report({ type: 'started' })
const watching = setInterval(watch, watchMs).unref()
setTimeout(beat, periodMs).unref()
