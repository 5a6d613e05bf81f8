// The thread of heartbeat.ts. It renews the leases of runs on its own connection and enforces their deadlines:
// a process that hangs loses its rows and is killed.
import { parentPort, workerData } from 'node:worker_threads'
import { openPool, type PoolConfig } from '../db/pool.ts'
import { createLogger } from '../lib/log.ts'
import { renewal } from './outbox.ts'

export interface ThreadOptions {
  readonly database: PoolConfig
  readonly leaseSeconds: number
  readonly logLevel: string
  /** False if a debugger may stop the event loop. */
  readonly mayKillProcess: boolean
}

/** A message of the main thread to this one. */
export type Command =
  | { readonly type: 'hold'; readonly id: string; readonly runId: string }
  | { readonly type: 'limit'; readonly runId: string; readonly ms: number }
  | { readonly type: 'release'; readonly runId: string }
  | { readonly type: 'stop' }

/** A message of this thread to the main one. */
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
  /** Whether the main thread knows that the deadline has passed. */
  isExpired: boolean
}

interface Renewed {
  readonly runId: string
  readonly isCancelled: boolean
  readonly isRenewed: boolean
}

/** How long the main thread may take to end a run after its timeout. */
const graceMs = 2000
/** How long it may then take to acknowledge that the run has lost its row. */
const answerMs = 5000
const watchMs = 500

const { database, leaseSeconds, logLevel, mayKillProcess }: ThreadOptions = workerData
const periodMs = (leaseSeconds * 1000) / 3
const retryMs = Math.min(periodMs, 1000)
const queryTimeoutMs = Math.max(500, Math.min(periodMs / 2, 3000))

const runs = new Map<string, Run>()
const log = createLogger({ level: logLevel, part: 'worker' })
const pool = openPool(database, log, { max: 1, connectTimeoutMs: 3000, queryTimeoutMs })
let isHealthy = true
/** When the last run passed its deadline, if all of them have. */
let hungSince: number | undefined

function report(message: Report) {
  parentPort?.postMessage(message)
}

/** Renews the leases of these runs. Returns false if a locked row needs another attempt soon. */
async function renew(held: readonly Run[]): Promise<boolean> {
  const values = [held.map(({ id }) => id), held.map(({ runId }) => runId), leaseSeconds]
  // A run that has not claimed its row yet cannot have lost it.
  const claimed = held.filter(({ deadline }) => deadline < Infinity)
  const { rows } = await pool.query<Renewed>(renewal, values)
  const found = new Map(rows.map((row) => [row.runId, row]))
  for (const { runId } of claimed) {
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
 * Returns whether every claimed run is past its deadline. A main thread that works releases such a run when
 * it is reported. If it does not, a run blocks it. While one run still has time, that may be the one, and
 * the others keep their rows because they cannot continue before it ends.
 */
function isHung(): boolean {
  const claimed = [...runs.values()].filter(({ deadline }) => deadline < Infinity)
  const now = performance.now()
  return claimed.length > 0 && claimed.every(({ deadline }) => deadline < now)
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
    if (now - hungSince > answerMs && mayKillProcess) killProcess()
  }
}

/** Kills the process, whose event loop is blocked for good. */
function killProcess() {
  clearInterval(watching)
  const jobIds = [...runs.values()].map(({ id }) => id)
  log.fatal({ jobIds }, 'a job blocks the event loop past its timeout: killing the process')
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
