// The generated alerts and the generated dashboard on a real Prometheus, which scrapes a service and its worker.
// Slow because Prometheus needs several scrapes.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { requireProgram } from '../../../scripts/bootstrap/provide-programs.mjs'
import { freePort } from '../../../scripts/dev/ports.ts'
import { loadConfig } from '../../../src/config/config.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { createMetrics, serveMetrics } from '../../../src/lib/metrics.ts'
import { createWorker } from '../../../src/worker-app.ts'
import { person } from '../../support/builders.ts'
import { submitJob, withOwnJob } from '../../support/jobs.ts'
import { type Program, startProgram } from '../../support/program.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data: { readonly result: readonly object[] }
}

const metrics = createMetrics({ version: '1.0.0', commit: 'abc' })
const ofWorker = createMetrics({ version: '1.0.0', commit: 'abc' })
const service = useService({ metrics })
const alertsFile = new URL('../../../generated/alerts.yaml', import.meta.url)
const dashboardFile = new URL('../../../generated/dashboard.json', import.meta.url)
let prometheus: Program
let worker: ReturnType<typeof createWorker>

beforeAll(async () => {
  const ports = [await freePort(), await freePort()]
  const log = createLogger({ level: 'silent', part: 'test' })
  const jobs = withOwnJob({ run: async () => undefined })
  const config = loadConfig(service.env)
  worker = createWorker({ config, log, clock: systemClock, metrics: ofWorker, jobs })
  for (const [index, { text }] of [metrics, ofWorker].entries()) {
    serveMetrics({ host: '127.0.0.1', port: Number(ports[index]) }, 'METRICS_PORT', text, log)
  }
  const targets = ports.map((it) => `'127.0.0.1:${it}'`).join()
  const alerts = await readFile(alertsFile, 'utf8')
  prometheus = await startProgram('prometheus', (folder, own) => {
    const config = [
      'global: { scrape_interval: 1s, evaluation_interval: 1s }',
      'rule_files: [alerts.yaml]',
      'scrape_configs:',
      `  - { job_name: service, static_configs: [{ targets: [${targets}] }] }`,
    ]
    return {
      files: { 'prometheus.yml': config.join('\n'), 'alerts.yaml': alerts },
      args: [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${own}`,
      ],
    }
  })
}, 60_000)
afterAll(async () => {
  await worker.stop(1000)
  await prometheus.stop()
})

async function query(expr: string) {
  const url = `http://127.0.0.1:${prometheus.port}/api/v1/query?query=${encodeURIComponent(expr)}`
  const answer = (await fetch(url)).json() as Promise<Answer>
  const body = await answer
  expect(body.status, `${expr}: ${body.error}`).toBe('success')
  return body.data.result
}

/** Expressions of the dashboard, with all operations chosen. */
async function expressions(): Promise<{ title: string; expr: string }[]> {
  const { panels } = JSON.parse(await readFile(dashboardFile, 'utf8'))
  return panels.flatMap(({ title, targets }: { title: string; targets: { expr: string }[] }) =>
    targets.map(({ expr }) => ({ title, expr: expr.replaceAll('$operation', '.*') })),
  )
}

/** Without data as long as nothing goes wrong. */
const quiet = ['Share of 5xx', 'Wait for a connection, 99th percentile', 'Limits reached']

describe('a Prometheus that scrapes the service', () => {
  it('has data for each graph of the dashboard', { timeout: 60_000 }, async () => {
    const someone = await person(service)
    await submitJob(service.db)
    // Held until the end, so that the outbox is not empty.
    const later = { job: 'purgeUsers', payload: '{}', id: '0193629f-0000-7000-8000-000000000003' }
    await service.db('outbox').insert({ ...later, leased_until: new Date(Date.now() + 600_000) })
    const all = (await expressions()).filter(({ title }) => !quiet.includes(title))
    expect(all.length).toBeGreaterThan(10)
    await until('data for each graph', async () => {
      await service.api.as(someone).get('/users/me')
      await service.api.as({ ...someone, token: 'made.up.token' }).get('/users/me')
      await service.api.get(`/users/${someone.username}`)
      const found = await Promise.all(all.map(({ expr }) => query(expr)))
      return found.every((it) => it.length > 0) || undefined
    })
  })

  it('understands each other expression, and fires no alert', async () => {
    for (const { expr } of await expressions()) await query(expr)
    const { groups } = parse(await readFile(alertsFile, 'utf8'))
    for (const { alert, expr } of groups[0].rules) expect(await query(expr), alert).toEqual([])
  })
})

describe('docs/observability.md', () => {
  it('lists the metrics that are served', async () => {
    const page = await readFile(new URL('../../../docs/observability.md', import.meta.url), 'utf8')
    const listed = [...page.matchAll(/^\| `([a-z_]+)` \|.*\| (?:API|worker|both) \|/gm)]
    const texts = await Promise.all([metrics.text(), ofWorker.text()])
    const served = texts.join('').matchAll(/^# TYPE (?!process_|nodejs_)(\w+)/gm)
    const names = (found: Iterable<RegExpMatchArray>) => [...new Set([...found].map((it) => it[1]))]
    expect(names(served).sort()).toEqual(names(listed).sort())
  })
})

describe('the alerts', () => {
  it('fire when requests fail, and when a used refresh token comes back once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'alerts-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'alerts.yaml'), await readFile(alertsFile, 'utf8'))
    const count = 'http_request_duration_seconds_count'
    const series = (name: string, values: string) => ({ series: name, values })
    /** @param labels of the alert; none if it does not fire. */
    const fired = (eval_time: string, alertname: string, labels?: object, summary?: string) => ({
      ...{ eval_time, alertname },
      exp_alerts: labels ? [{ exp_labels: labels, exp_annotations: { summary } }] : [],
    })
    const failing = 'More than 5 % of the requests for getUser are answered 5xx.'
    const reused = 'A used refresh token came back: see event refresh_reuse in the log.'
    const test = {
      interval: '1m',
      input_series: [
        series(`${count}{operation="getUser",status="2xx"}`, '0+90x20'),
        series(`${count}{operation="getUser",status="5xx"}`, '0+10x20'),
        series(`${count}{operation="listUsers",status="2xx"}`, '0+99x20'),
        series(`${count}{operation="listUsers",status="5xx"}`, '0+1x20'),
        series('security_events_total{event="refresh_reuse"}', '_x9 1x200'),
      ],
      alert_rule_test: [
        fired('2m', 'RequestsFail'),
        fired('15m', 'RequestsFail', { severity: 'page', operation: 'getUser' }, failing),
        fired('5m', 'RefreshTokenReused'),
        fired('12m', 'RefreshTokenReused', { severity: 'ticket', event: 'refresh_reuse' }, reused),
        fired('180m', 'RefreshTokenReused'),
      ],
    }
    const tests = { rule_files: ['alerts.yaml'], evaluation_interval: '1m', tests: [test] }
    // JSON is YAML.
    await writeFile(join(folder, 'test.yaml'), JSON.stringify(tests))
    const promtool = join(dirname(requireProgram('prometheus')), 'promtool')
    await promisify(execFile)(promtool, ['test', 'rules', 'test.yaml'], { cwd: folder })
  })
})
