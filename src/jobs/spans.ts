// The spans of jobs: one where a transaction sends a job, and one for each run, in the same trace.
import type { Connection } from '../db/connection.ts'
import type { StatementParams } from '../db/statements.ts'
import type { Logger } from '../lib/log.ts'
import type { Span, Tracing } from '../lib/tracing.ts'
import type { Outcome } from './jobs.ts'

interface Message {
  readonly id: string
  readonly job: string
}

/** Returns the tracing that the connections of a database were opened with. */
export const tracingOf = (db: Connection) => (db.userParams as Partial<StatementParams>).tracing

/** Runs the statement that sends a job. */
export function whileSending(
  tracing: Tracing | undefined,
  message: Message,
  send: () => Promise<void>,
): Promise<void> {
  if (tracing === undefined) return send()
  const attributes = attributesOf(message, 'send')
  return tracing.during(`send ${message.job}`, send, { kind: 'producer', attributes })
}

interface Claimed extends Message {
  readonly traceContext: Readonly<Record<string, string>> | null
}

/**
 * Runs a claimed job in a span of its own, below the one that sent it. The log of the run has the trace id.
 * @param run returns how the run has ended.
 */
export function whileRunning(
  tracing: Tracing | undefined,
  claimed: Claimed,
  log: Logger,
  run: (log: Logger) => Promise<Outcome>,
): Promise<Outcome> {
  if (tracing === undefined) return run(log)
  const inSpan = async (span: Span) => {
    try {
      const outcome = await run(log.child({ traceId: span.traceId }))
      span.describe({ 'job.outcome': outcome })
      if (outcome === 'failed' || outcome === 'rescheduled') span.fail(outcome)
      return outcome
    } catch (error) {
      span.fail(error)
      throw error
    } finally {
      span.end()
    }
  }
  const attributes = attributesOf(claimed, 'process')
  const options = { kind: 'consumer', attributes } as const
  return tracing.entry(claimed.traceContext ?? {}, `process ${claimed.job}`, inSpan, options)
}

function attributesOf({ id, job }: Message, operation: 'send' | 'process') {
  return {
    'messaging.system': 'outbox',
    'messaging.operation.type': operation,
    'messaging.operation.name': operation,
    'messaging.destination.name': job,
    'messaging.message.id': id,
  }
}
