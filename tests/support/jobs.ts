// A job of the test's own. It runs under the name of one that every service has, in its place.
import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/db/connection.ts'
import type { Job, Nothing } from '../../src/jobs/jobs.ts'
import { cancel, enqueue } from '../../src/jobs/outbox.ts'
import { featureJobs } from '../../src/worker-app.ts'
import { until } from './until.ts'

/** The name of the job. */
export const ownJob = 'purgeFailedJobs'

type OwnJob = Job<Nothing>
export type Run = OwnJob['run']
/** What one job does. */
export type Work = (context: Parameters<Run>[1]) => ReturnType<Run>

/** Returns the jobs of a worker that has the test's own. */
export const withOwnJob =
  (job: Omit<OwnJob, 'invalidates'>): typeof featureJobs =>
  (deps) => ({ ...featureJobs(deps), [ownJob]: { invalidates: [], ...job } })

type State = 'waiting' | 'running' | 'failed' | 'over'

/** Enqueues the test's own job, whose payload may have a name. */
export async function submitJob(
  db: Database,
  id: string = randomUUID(),
  name?: string,
  ownerId?: string,
) {
  const payload: { name?: string } = name === undefined ? {} : { name }
  await db.transaction((trx) => enqueue(trx, ownJob, payload as Nothing, id, ownerId))
  const row = () => db('outbox').where({ id }).first()
  return {
    id,
    row,
    /** Waits for a state. Returns the row. A job whose row is gone is over. */
    is: (state: State) =>
      until(`the job being ${state}`, async () => {
        const it = await row()
        return stateOf(it) === state ? (it ?? true) : undefined
      }),
    cancel: () => db.transaction((trx) => cancel(trx, id)),
  }
}

function stateOf(row: { failed_at: unknown; run_id: unknown } | undefined): State {
  if (row === undefined) return 'over'
  if (row.failed_at !== null) return 'failed'
  return row.run_id === null ? 'waiting' : 'running'
}

/** Works that are given to jobs by their ids. */
export function worksById() {
  const works = new Map<string, Work>()
  const run: Run = (_payload, context) => {
    const work = works.get(context.id)
    return work ? work(context) : Promise.reject(new Error('a job without work'))
  }
  const give = (id: string, work: Work) => void works.set(id, work)
  /** Enqueues a job that does this. */
  const submit = (db: Database, work: Work) => {
    const id = randomUUID()
    give(id, work)
    return submitJob(db, id)
  }
  return { run, give, submit }
}
