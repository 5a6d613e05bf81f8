// Real processes that send their traces to a receiver of the test.
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import type { Environment } from '../../src/config/config.ts'
import { createClient } from './client.ts'
import { type ReceivedSpan, startReceiver } from './otlp-receiver.ts'
import { killGroup, startCommand } from './process.ts'
import type { Service } from './service.ts'
import { until } from './until.ts'

/** Prints at the end of a process whether it has loaded the SDK. */
const script = `
import { createRequire } from 'node:module'
const { cache } = createRequire('file:///')
const isLoaded = () => Object.keys(cache).some((it) => it.includes('/sdk-trace/'))
process.on('exit', () => process._rawDebug('SDK loaded: ' + isLoaded()))`
const preload = `data:text/javascript,${encodeURIComponent(script)}`

/** The span of the client that starts a trace. */
export const clientSpan = 'b7ad6b7169203331'

/** Returns the headers with which a client starts a trace, and its id. */
export function newTrace(flags = '01') {
  const traceId = randomBytes(16).toString('hex')
  return { traceId, headers: { traceparent: `00-${traceId}-${clientSpan}-${flags}` } }
}

/** The kinds of spans by their numbers in OTLP. */
export const kinds = { server: 2, client: 3, producer: 4, consumer: 5 }

/** Starts a receiver for the tests of a file, and its processes, which end with the file. */
export function useTraces(service: Service) {
  const children: ChildProcess[] = []
  const traces = {} as { receiver: Awaited<ReturnType<typeof startReceiver>> }

  beforeAll(async () => {
    traces.receiver = await startReceiver()
  })
  afterAll(async () => {
    for (const child of children) killGroup(child)
    await traces.receiver.stop()
  })

  /** Starts an entry point from the sources. It exports its spans at once. */
  function start(entry: 'server' | 'worker', extra: Environment = {}) {
    const args = ['--import', 'tsx', '--import', preload, `src/${entry}.ts`]
    const sent = {
      OTEL_EXPORTER_OTLP_ENDPOINT: traces.receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '20',
    }
    const env = { ...service.env, ...sent, ...extra }
    const started = startCommand(process.execPath, args, { cwd: process.cwd(), env })
    children.push(started.child)
    return started
  }

  async function startServer(extra: Environment = {}) {
    const port = await freePort()
    const started = start('server', { PORT: String(port), ...extra })
    const origin = `http://127.0.0.1:${port}`
    const isReady = async () => {
      if (started.child.exitCode !== null) throw new Error(started.printed())
      const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
      return answer?.ok || undefined
    }
    await until('readiness of the server', isReady, 60_000)
    return { ...started, api: createClient(origin) }
  }

  const spansOf = (traceId: string) => traces.receiver.spans.filter((it) => it.traceId === traceId)

  /** Waits for a span of a trace that meets a condition. */
  const spanOf = (traceId: string, what: string, is: (span: ReceivedSpan) => boolean) =>
    until(what, () => spansOf(traceId).find(is))

  /** Waits for the span of the request that has continued a trace. */
  const requestOf = (traceId: string) =>
    spanOf(traceId, 'the span of the request', (it) => it.kind === kinds.server)

  /** Returns the path of the names of the spans above a span and its own, from the request on. */
  function pathOf(span: ReceivedSpan): string {
    const parent = spansOf(span.traceId).find((it) => it.spanId === span.parentSpanId)
    return parent ? `${pathOf(parent)} > ${span.name}` : span.name
  }

  return Object.assign(traces, { start, startServer, spansOf, spanOf, requestOf, pathOf })
}
