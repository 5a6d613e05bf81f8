// Writes `generated/dashboard.json`: a dashboard for Grafana on the metrics that docs/observability.md lists.
// Its list of operations follows the contract.
import type { Operation } from '../../src/engine/operation.ts'
import { endingOperations } from './alerts.ts'

type Operations = Readonly<Record<string, Operation>>

interface Graph {
  readonly title: string
  readonly unit: 'reqps' | 's' | 'short' | 'percentunit' | 'bytes'
  /** Expressions with the legend of their series. */
  readonly targets: readonly (readonly [expr: string, legend: string])[]
}

const datasource = { type: 'prometheus', uid: '$datasource' }
const [width, height, perRow] = [8, 8, 3]

/** The source of `generated/dashboard.json`. */
export function generateDashboard(title: string, operations: Operations): string {
  const panels = graphsFor(operations).map(({ title, unit, targets }, index) => ({
    ...{ id: index + 1, type: 'timeseries', title, datasource },
    gridPos: {
      ...{ x: (index % perRow) * width, y: Math.floor(index / perRow) * height },
      ...{ w: width, h: height },
    },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: targets.map(([expr, legendFormat], number) => ({
      ...{ refId: String.fromCharCode(65 + number), datasource, expr, legendFormat },
    })),
  }))
  const ids = Object.keys(operations)
  const all = { text: 'All', value: '$__all', selected: true }
  const choices = ids.map((it) => ({ text: it, value: it, selected: false }))
  const list = [
    { name: 'datasource', type: 'datasource', query: 'prometheus' },
    {
      ...{ name: 'operation', type: 'custom', query: ids.join(','), includeAll: true, multi: true },
      ...{ allValue: '.*', current: all, options: [all, ...choices] },
    },
  ]
  const dashboard = {
    ...{ title, uid: 'service', schemaVersion: 39, editable: true, refresh: '30s' },
    ...{ time: { from: 'now-1h', to: 'now' }, templating: { list }, panels },
  }
  return `${JSON.stringify(dashboard, null, 2)}\n`
}

function graphsFor(operations: Operations): Graph[] {
  const requests = 'http_request_duration_seconds'
  const chosen = 'operation=~"$operation"'
  const ending = [chosen, endingOperations(operations)].filter(Boolean).join(',')
  const quantile = (q: number) =>
    `histogram_quantile(${q}, sum by (operation, le) (rate(${requests}_bucket{${ending}}[5m])))`
  const isCached = Object.values(operations).some((it) => it.cache !== undefined)
  const cache: Graph = {
    title: 'Cached reads by result',
    unit: 'reqps',
    targets: [
      [
        `sum by (operation, result) (rate(cache_requests_total{${chosen}}[5m]))`,
        '{{operation}} {{result}}',
      ],
    ],
  }
  const graph = (title: string, unit: Graph['unit'], ...targets: Graph['targets']): Graph => ({
    ...{ title, unit, targets },
  })
  const rate = `sum by (operation) (rate(${requests}_count{${chosen}}[5m]))`
  const failed = `sum by (operation) (rate(${requests}_count{${chosen},status="5xx"}[5m]))`
  const byStatus = `sum by (status) (rate(${requests}_count{${chosen}}[5m]))`
  return [
    graph('Requests by operation', 'reqps', [rate, '{{operation}}']),
    graph('Requests by status', 'reqps', [byStatus, '{{status}}']),
    graph('Share of 5xx', 'percentunit', [`${failed} / ${rate}`, '{{operation}}']),
    graph('Median duration', 's', [quantile(0.5), '{{operation}}']),
    graph('99th percentile', 's', [quantile(0.99), '{{operation}}']),
    graph('In flight', 'short', ['sum by (instance) (http_requests_in_flight)', '{{instance}}']),
    graph('Event loop, 99th percentile', 's', [
      'nodejs_eventloop_lag_p99_seconds',
      '{{instance}} {{process}}',
    ]),
    graph(
      'Pool',
      'short',
      ['sum by (instance, state) (db_pool_connections)', '{{instance}} {{state}}'],
      ['sum by (instance) (db_pool_waiting)', '{{instance}} waiting'],
    ),
    graph('Wait for a connection, 99th percentile', 's', [
      'histogram_quantile(0.99, sum by (instance, le) (rate(db_pool_wait_seconds_bucket[5m])))',
      '{{instance}}',
    ]),
    ...(isCached ? [cache] : []),
    graph('Limits reached', 'reqps', [
      `sum by (operation) (rate(http_rate_limited_total{${chosen}}[5m]))`,
      '{{operation}}',
    ]),
    graph('Security events', 'reqps', [
      'sum by (event) (rate(security_events_total[5m]))',
      '{{event}}',
    ]),
    graph('Jobs in the outbox', 'short', ['max by (job, state) (jobs)', '{{job}} {{state}}']),
    graph('Oldest job that waits', 's', [
      'max by (job) (job_oldest_seconds{state="waiting"})',
      '{{job}}',
    ]),
    graph('Runs by outcome', 'reqps', [
      'sum by (job, outcome) (rate(job_runs_total[5m]))',
      '{{job}} {{outcome}}',
    ]),
    graph('Memory', 'bytes', ['process_resident_memory_bytes', '{{instance}} {{process}}']),
    graph('CPU, in cores', 'short', [
      'rate(process_cpu_seconds_total[5m])',
      '{{instance}} {{process}}',
    ]),
  ]
}
