// Traces of a real server, as an OTLP receiver gets them.
// Slow because it starts servers from the sources.
import { beforeAll, describe, expect, it } from 'vitest'
import { person } from '../../support/builders.ts'
import { startReceiver } from '../../support/otlp-receiver.ts'
import { useService } from '../../support/service.ts'
import { clientSpan, kinds, newTrace, useTraces } from '../../support/traces.ts'
import { until } from '../../support/until.ts'

const service = useService()
const traces = useTraces(service)
type Server = Awaited<ReturnType<typeof traces.startServer>>

/** A user that does not exist. */
const absent = '/users/absent'
const route = 'GET /api/v1/users/{username}'

describe('with a receiver', () => {
  let server: Server

  beforeAll(async () => {
    server = await traces.startServer({
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=a%20secret',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=blue',
    })
  })

  it('a request continues the trace of its client, with its statements and the cache below it', async () => {
    const { traceId, headers } = newTrace()
    const { username } = await person(service)
    const answer = await server.api.get(`/users/${username}`, { ...headers, tracestate: 'v=1' })
    const request = await traces.requestOf(traceId)
    expect(request).toMatchObject({
      name: route,
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
    const path = (name: string) => traces.spanOf(traceId, name, (it) => it.name === name)
    const lookup = await path('cache get')
    expect(lookup.attributes).toEqual({ 'db.system.name': 'redis', 'cache.result': 'miss' })
    const statement = await path('SELECT users')
    expect(traces.pathOf(statement)).toBe(`${route} > handler > SELECT users`)
    expect(statement).toMatchObject({
      kind: kinds.client,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': 'SELECT',
        'db.query.summary': 'SELECT users',
        'db.namespace': new URL(service.env.DATABASE_URL ?? '').pathname.slice(1),
      },
    })
    expect(traces.pathOf(await path('cache set'))).toBe(`${route} > cache set`)
    const others = traces.spansOf(traceId).filter((it) => it !== request)
    expect(JSON.stringify(others)).not.toContain(username)
    expect(traces.receiver.headers[0]).toMatchObject({ 'x-api-key': 'a secret' })
    expect(server.printed()).toMatch(
      new RegExp(`"traceId":"${traceId}","operationId":"getUser".*"msg":"request"`),
    )
  })

  it('a client error does not mark a span as failed', async () => {
    const { traceId, headers } = newTrace()
    expect((await server.api.get(absent, headers)).status).toBe(404)
    const request = await traces.requestOf(traceId)
    expect(request.attributes['http.response.status_code']).toBe(404)
    expect(traces.spansOf(traceId).filter((it) => it.status.code === 2)).toEqual([])
  })

  it('a malformed traceparent is ignored, and a trace that is not sampled is only logged', async () => {
    const [malformed, unsampled, last] = [newTrace(), newTrace('00'), newTrace()]
    for (const traceparent of [
      `00-${malformed.traceId}-${clientSpan}`,
      `ff-${malformed.traceId}-${clientSpan}-01`,
      `00-${malformed.traceId}-0000000000000000-01`,
      unsampled.headers.traceparent,
      last.headers.traceparent,
    ]) {
      expect((await server.api.get(absent, { traceparent })).status).toBe(404)
    }
    await traces.requestOf(last.traceId)
    const others = [malformed, unsampled].flatMap((it) => traces.spansOf(it.traceId))
    expect(others).toEqual([])
    expect(server.printed()).toContain(`"traceId":"${unsampled.traceId}"`)
    expect(server.printed()).not.toContain(malformed.traceId)
  })

  it('health checks leave no spans', () => {
    const { spans } = traces.receiver
    expect(spans.filter((it) => it.attributes['url.path'] === '/readyz')).toEqual([])
  })
})

it('a server that stops sends its last spans, and does not wait for a silent receiver', async () => {
  const silent = await startReceiver()
  silent.fallSilent()
  // The export itself would wait for 10 seconds, and a server that misses its deadline ends with 1.
  const options = { OTEL_BSP_SCHEDULE_DELAY: '60000', DRAIN_SECONDS: '5' }
  const servers = await Promise.all([
    traces.startServer(options),
    traces.startServer({ ...options, OTEL_EXPORTER_OTLP_ENDPOINT: silent.url }),
  ])
  const { traceId, headers } = newTrace()
  for (const { api, child } of servers) {
    await api.get(absent, headers)
    child.kill('SIGTERM')
  }
  const ends = await Promise.all(servers.map((it) => it.ended))
  expect(ends.map((it) => it.code)).toEqual([0, 0])
  expect(traces.spansOf(traceId)).not.toEqual([])
  await silent.stop()
})

it('without a receiver nothing is traced, and the SDK is not loaded', async () => {
  const server = await traces.startServer({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })
  expect((await server.api.get(absent, newTrace().headers)).status).toBe(404)
  server.child.kill('SIGTERM')
  const { output, code } = await server.ended
  expect(code).toBe(0)
  expect(output).toContain('SDK loaded: false')
  expect(output).not.toContain('traceId')
})

it('a receiver that is silent or gone costs one warning, and does not keep a server from stopping', async () => {
  const receiver = await startReceiver()
  const server = await traces.startServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    OTEL_BSP_MAX_QUEUE_SIZE: '4',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2',
    DRAIN_SECONDS: '5',
  })
  const times = (text: string) => server.printed().split(text).length - 1
  const warning = 'cannot export traces: see OTEL_EXPORTER_OTLP_ENDPOINT'
  const answers404 = async () => expect((await server.api.get(absent)).status).toBe(404)
  const send = (isSeen: () => boolean) => async () => {
    await answers404()
    return isSeen() || undefined
  }
  const exported = 'traces are exported again'
  receiver.fallSilent()
  await until(
    'a warning',
    send(() => times(warning) > 0),
  )
  for (let count = 0; count < 20; count += 1) await answers404()
  expect(times(warning)).toBe(1)
  receiver.answerAgain()
  await until(
    'an export',
    send(() => times(exported) > 0),
  )
  await receiver.stop()
  await until(
    'another warning',
    send(() => times(warning) > times(exported)),
  )
  await answers404()
  server.child.kill('SIGTERM')
  const { output, code } = await server.ended
  expect(code).toBe(0)
  expect(output).toContain('SDK loaded: true')
})
