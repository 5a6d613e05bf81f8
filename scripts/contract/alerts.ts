// Writes `generated/alerts.yaml`: alerts for Prometheus on the metrics that docs/observability.md lists. What
// they say of operations follows the contract.
import { stringify } from 'yaml'
import type { Operation } from '../../src/engine/operation.ts'
import { answersEvents } from '../../src/engine/route.ts'

type Operations = Readonly<Record<string, Operation>>

interface Alert {
  readonly alert: string
  readonly expr: string
  /** How long the expression has to hold. */
  readonly for?: string
  readonly severity: 'page' | 'ticket'
  readonly summary: string
}

/** Returns the matcher of the operations whose responses end, since an event stream lasts for minutes. */
export function endingOperations(operations: Operations): string {
  const streams = Object.values(operations).filter(answersEvents)
  return streams.length === 0 ? '' : `operation!~"${streams.map((it) => it.operationId).join('|')}"`
}

/** The source of `generated/alerts.yaml`. */
export function generateAlerts(operations: Operations): string {
  const rules = alertsFor(operations).map(({ alert, expr, for: pending, severity, summary }) => ({
    ...{ alert, expr, ...(pending && { for: pending }) },
    ...{ labels: { severity }, annotations: { summary } },
  }))
  const comment =
    '# Written by `npm run codegen` from openapi/; edit scripts/contract/alerts.ts instead.\n'
  return comment + stringify({ groups: [{ name: 'service', rules }] }, { lineWidth: 0 })
}

/** A counter that grew, also from its first event, which creates the series and so is no increase. */
const grew = (counter: string, range: string) =>
  `increase(${counter}[${range}]) > 0 or ${counter} > 0 unless ${counter} offset ${range}`

function alertsFor(operations: Operations): Alert[] {
  const requests = 'http_request_duration_seconds'
  const ending = endingOperations(operations)
  const isCached = Object.values(operations).some((it) => it.cache !== undefined)
  const cache: Alert = {
    alert: 'CacheBypassed',
    expr: 'sum by (instance) (rate(cache_requests_total{result="bypass"}[5m])) > 0',
    ...{ for: '5m', severity: 'ticket' },
    summary: 'The API answers cached reads without the cache: see its Redis.',
  }
  return [
    {
      alert: 'RequestsFail',
      expr: `sum by (operation) (rate(${requests}_count{status="5xx"}[5m])) / sum by (operation) (rate(${requests}_count[5m])) > 0.05`,
      ...{ for: '5m', severity: 'page' },
      summary: 'More than 5 % of the requests for {{ $labels.operation }} are answered 5xx.',
    },
    {
      alert: 'RequestsSlow',
      expr: `histogram_quantile(0.99, sum by (operation, le) (rate(${requests}_bucket{${ending}}[5m]))) > 1`,
      ...{ for: '10m', severity: 'ticket' },
      summary: 'One of 100 requests for {{ $labels.operation }} takes more than a second.',
    },
    {
      alert: 'PoolExhausted',
      expr: 'min_over_time(db_pool_waiting[2m]) > 0',
      severity: 'page',
      summary: 'Requests wait for a connection to PostgreSQL on {{ $labels.instance }}.',
    },
    {
      alert: 'EventLoopDelayed',
      expr: 'nodejs_eventloop_lag_p99_seconds > 0.5',
      ...{ for: '5m', severity: 'ticket' },
      summary: 'The process on {{ $labels.instance }} computes for too long at a time.',
    },
    ...(isCached ? [cache] : []),
    {
      alert: 'RefreshTokenReused',
      expr: grew('security_events_total{event="refresh_reuse"}', '1h'),
      severity: 'ticket',
      summary: 'A used refresh token came back: see event refresh_reuse in the log.',
    },
    {
      alert: 'LoginsGuessed',
      expr: 'sum(increase(security_events_total{event="login_limited"}[10m])) > 20',
      severity: 'ticket',
      summary: 'Many logins are rejected: see event login_limited in the log.',
    },
    {
      alert: 'OutboxOld',
      expr: 'max by (job) (job_oldest_seconds{state="waiting"}) > 900',
      ...{ for: '5m', severity: 'page' },
      summary: 'A job {{ $labels.job }} waits for more than 15 minutes.',
    },
    {
      alert: 'OutboxNotRelayed',
      expr: 'min(job_relay_age_seconds) > 60',
      ...{ for: '1m', severity: 'page' },
      summary: 'No worker relays the outbox: see PostgreSQL and the Redis of the queue.',
    },
    {
      alert: 'JobsFail',
      expr: grew('job_runs_total{outcome="failed"}', '15m'),
      severity: 'ticket',
      summary: 'Jobs {{ $labels.job }} have failed for good.',
    },
  ]
}
