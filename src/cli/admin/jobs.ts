// Lists the jobs of the outbox, and puts failed ones back or discards them.
import { discardFailed, listJobs, retryFailed, states } from '../../jobs/failed.ts'
import { parsed, UsageError } from '../command-line.ts'
import { withDatabase } from './database.ts'

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Runs `jobs list`, `jobs retry` or `jobs discard`. */
export async function jobs([word = '', ...args]: readonly string[]): Promise<readonly string[]> {
  if (word === 'list') return list(args)
  if (word === 'retry') return change('retried', retryFailed, args)
  if (word === 'discard') return change('discarded', discardFailed, args)
  throw new UsageError(
    word === '' ? 'jobs: list, retry or discard?' : `unknown command jobs ${word}`,
  )
}

async function list(args: readonly string[]) {
  const { values } = parsed({
    args: [...args],
    options: {
      job: { type: 'string' },
      state: { type: 'string', default: 'failed' },
      limit: { type: 'string', default: '100' },
    },
  })
  const state = states.find((it) => it === values.state)
  if (state === undefined) throw new UsageError(`--state takes one of: ${states.join(', ')}`)
  if (!/^[1-9]\d{0,5}$/.test(values.limit)) throw new UsageError('--limit takes a number from 1')
  const limit = Number(values.limit)
  const found = await withDatabase((db) => listJobs(db, { in: state, job: values.job, limit }))
  const lines = found.map(({ id, job, attempts, createdAt, failedAt, error }) => {
    const parts = [id, job, `${attempts} attempts`, createdAt, failedAt, error]
    return parts.filter((it) => it !== null).join('  ')
  })
  const end = found.length === limit ? `; --limit=${limit} ends the list here` : ''
  return [...lines, `${found.length} ${state}${end}`]
}

async function change(
  verb: string,
  run: typeof retryFailed,
  args: readonly string[],
): Promise<readonly string[]> {
  const { values, positionals: ids } = parsed({
    args: [...args],
    options: { job: { type: 'string' }, all: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  if ((ids.length === 0) === !values.all) throw new UsageError('jobs: either ids or --all')
  if (values.job !== undefined && !values.all) throw new UsageError('--job needs --all')
  const wrong = ids.find((it) => !uuid.test(it))
  if (wrong !== undefined) throw new UsageError(`${wrong} is not the id of a job`)
  const filter = values.all ? { job: values.job } : { ids }
  const done = await withDatabase((db) => run(db, filter))
  const missing = ids.filter((it) => !done.includes(it.toLowerCase()))
  const summary = `${done.length} ${verb}`
  if (missing.length === 0) return [summary]
  throw new Error(`${summary}; no failed job has the id ${missing.join(', ')}`)
}
