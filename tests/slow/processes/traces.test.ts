// Traces of real processes, as an OTLP receiver gets them.
// Slow because it starts a server and a worker from the sources for each case.
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { Environment } from '../../../src/config/config.ts'
import { person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { type ReceivedSpan, startReceiver } from '../../support/otlp-receiver.ts'
import { killGroup, startCommand } from '../../support/process.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const children: ChildProcess[] = []
let receiver: Awaited<ReturnType<typeof startReceiver>>

/** Prints at the end of a process whether it has loaded the SDK. */
const script = `
import { createRequire } from 'node:module'
const { cache } = createRequire('file:///')
const isLoaded = () => Object.keys(cache).some((it) => it.includes('/sdk-trace/'))
process.on('exit', () => process._rawDebug('SDK loaded: ' + isLoaded()))`
const preload = `data:text/javascript,${encodeURIComponent(script)}`

/** Starts an entry point that exports its spans without a delay. */
function start(entry: 'server' | 'worker', extra: Environment) {
  const args = ['--import', 'tsx', '--import', preload, `src/${entry}.ts`]
  const env = { ...service.env, OTEL_BSP_SCHEDULE_DELAY: '20', ...extra }
  const started = startCommand(process.execPath, args, { cwd: process.cwd(), env })
  children.push(started.child)
  return started
}

async function startServer(extra: Environment) {
  const port = await freePort()
  const started = start('server', { PORT: String(port), ...extra })
  const origin = `http://127.0.0.1:${port}`
  await until('readiness of the server', async () => {
    if (started.child.exitCode !== null) throw new Error(started.printed())
    const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
    return answer?.ok || undefined
  })
  return { ...started, origin, api: createClient(origin) }
}

const newTraceId = () => randomBytes(16).toString('hex')
const clientSpan = 'b7ad6b7169203331'

const spansOf = (traceId: string) => receiver.spans.filter((it) => it.traceId === traceId)
const rootOf = (traceId: string) =>
  until('the span of the request', () => spansOf(traceId).find((it) => it.kind === kinds.server))
const childrenOf = ({ traceId, spanId }: ReceivedSpan) =>
  spansOf(traceId).filter((it) => it.parentSpanId === spanId)
const named = (spans: readonly ReceivedSpan[], name: string) => spans.find((it) => it.name === name)

/** The numbers of OTLP. */
const kinds = { server: 2, client: 3, producer: 4, consumer: 5 }

beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(async () => {
  for (const child of children.splice(0)) killGroup(child)
  await receiver.stop()
})

describe('with a receiver', () => {
  let server: Awaited<ReturnType<typeof startServer>>

  beforeAll(async () => {
    server = await startServer({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=a%20secret',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=blue',
    })
  })

  it('a request continues the trace of its client, with its statements and the cache below it', async () => {
    const traceId = newTraceId()
    const { username } = await person(service)
    const traceparent = `00-${traceId}-${clientSpan}-01`
    const answer = await server.api.get(`/users/${username}`, { traceparent, tracestate: 'v=1' })
    const root = await rootOf(traceId)
    expect(root).toMatchObject({
      name: 'GET /api/v1/users/{username}',
      parentSpanId: clientSpan,
      traceState: 'v=1',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/api/v1/users/{username}',
        'http.response.status_code': 200,
        'url.path': `/api/v1/users/${username}`,
        'url.scheme': 'http',
        'client.address': '127.0.0.1',
        'openapi.operation_id': 'getUser',
        'http.response.header.x-request-id': [answer.headers.get('x-request-id')],
        'http.response.header.cache-status': [answer.headers.get('cache-status')],
      },
      resource: {
        'service.name': 'shop',
        'deployment.environment.name': 'test',
        team: 'blue',
      },
    })
    const children = await until('the spans of the cache', () => {
      const found = childrenOf(root)
      return named(found, 'cache set') && found
    })
    expect(named(children, 'cache get')?.attributes).toEqual({
      'db.system.name': 'redis',
      'cache.result': 'miss',
    })
    const handler = named(children, 'handler')
    expect(named(handler ? childrenOf(handler) : [], 'SELECT users')).toMatchObject({
      kind: kinds.client,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': 'SELECT',
        'db.query.summary': 'SELECT users',
        'db.namespace': new URL(service.env.DATABASE_URL ?? '').pathname.slice(1),
      },
    })
    expect(JSON.stringify(spansOf(traceId).filter((it) => it !== root))).not.toContain(username)
    expect(receiver.headers[0]).toMatchObject({ 'x-api-key': 'a secret' })
    expect(server.printed()).toMatch(
      new RegExp(`"traceId":"${traceId}","operationId":"getUser".*"msg":"request"`),
    )
  })

  it('a client error does not mark a span as failed', async () => {
    const traceId = newTraceId()
    await server.api.get('/users/absent', { traceparent: `00-${traceId}-${clientSpan}-01` })
    const root = await rootOf(traceId)
    expect(root.attributes['http.response.status_code']).toBe(404)
    expect(spansOf(traceId).filter((it) => it.status.code === 2)).toEqual([])
  })

  it('a malformed traceparent is ignored, and a trace that is not sampled is only logged', async () => {
    const [malformed, unsampled, last] = [newTraceId(), newTraceId(), newTraceId()]
    for (const traceparent of [
      `00-${malformed}-${clientSpan}`,
      `ff-${malformed}-${clientSpan}-01`,
      `00-${malformed}-0000000000000000-01`,
      `00-${unsampled}-${clientSpan}-00`,
      `00-${last}-${clientSpan}-01`,
    ]) {
      expect((await server.api.get('/users/absent', { traceparent })).status).toBe(404)
    }
    await rootOf(last)
    expect([...spansOf(malformed), ...spansOf(unsampled)]).toEqual([])
    expect(server.printed()).toContain(`"traceId":"${unsampled}"`)
    expect(server.printed()).not.toContain(malformed)
  })

  it('health checks leave no spans', async () => {
    expect(receiver.spans.filter((it) => it.attributes['url.path'] === '/readyz')).toEqual([])
  })
})

describe('without a receiver', () => {
  afterEach(() => {
    for (const child of children.splice(0)) killGroup(child)
  })

  it('nothing is traced, and the SDK is not loaded', async () => {
    const server = await startServer({ OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=unused' })
    const traceparent = `00-${newTraceId()}-${clientSpan}-01`
    expect((await server.api.get('/users/absent', { traceparent })).status).toBe(404)
    server.child.kill('SIGTERM')
    const { output, code } = await server.ended
    expect(code).toBe(0)
    expect(output).toContain('SDK loaded: false')
    expect(output).not.toContain('traceId')
  })
})
