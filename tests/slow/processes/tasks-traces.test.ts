// One trace from a request to the job that it causes, through the outbox and a real worker.
// Slow because it starts a server and a worker from the sources.
import { beforeAll, expect, it } from 'vitest'
import { tokenIssuer } from '../../../src/config/names.ts'
import { person } from '../../support/builders.ts'
import { useService } from '../../support/service.ts'
import { clientSpan, kinds, newTrace, useTraces } from '../../support/traces.ts'
import { until } from '../../support/until.ts'

const service = useService()
const traces = useTraces(service)

let worker: ReturnType<typeof traces.start>
let server: Awaited<ReturnType<typeof traces.startServer>>

beforeAll(async () => {
  worker = traces.start('worker')
  server = await traces.startServer()
})

/** Creates a task in a trace, and returns its id. */
async function createTask({ headers }: ReturnType<typeof newTrace>): Promise<string> {
  const created = await server.api.as(await person(service)).request('POST', '/tasks', {
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'greet', input: { name: 'Ann' } }),
  })
  expect(created.status).toBe(202)
  return created.body.id
}

it('the job of a task continues the trace of the request that has created it', async () => {
  const trace = newTrace()
  const { traceId } = trace
  const taskId = await createTask(trace)
  const run = await traces.spanOf(traceId, 'the run', (it) => it.kind === kinds.consumer)
  const request = await traces.requestOf(traceId)
  expect(request.parentSpanId).toBe(clientSpan)
  expect(run).toMatchObject({
    name: 'process task.greet',
    attributes: {
      'messaging.system': 'outbox',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'task.greet',
      'messaging.message.id': taskId,
      'job.outcome': 'completed',
    },
    resource: { 'service.name': `${tokenIssuer}-worker` },
  })
  const paths = traces.spansOf(traceId).map(traces.pathOf)
  const send = 'POST /api/v1/tasks > handler > send task.greet'
  expect(paths).toEqual(
    expect.arrayContaining([
      'POST /api/v1/tasks',
      'POST /api/v1/tasks > authenticate > SELECT users',
      'POST /api/v1/tasks > cache mark',
      'POST /api/v1/tasks > handler > BEGIN',
      'POST /api/v1/tasks > handler > INSERT tasks',
      `${send} > INSERT outbox`,
      'POST /api/v1/tasks > handler > COMMIT',
      'POST /api/v1/tasks > cache drop',
      `${send} > process task.greet > handler > UPDATE tasks`,
      `${send} > process task.greet > cache mark`,
      `${send} > process task.greet > DELETE outbox`,
      `${send} > process task.greet > COMMIT`,
      `${send} > process task.greet > cache drop`,
    ]),
  )
})

it('a run logs the trace of its task, also one that is not sampled and has no spans', async () => {
  const [unsampled, last] = [newTrace('00'), newTrace()]
  const taskId = await createTask(unsampled)
  const run = await until('the run', () =>
    worker
      .printed()
      .split('\n')
      .find((it) => it.includes(taskId) && it.includes('"job run"')),
  )
  expect(run).toContain(`"traceId":"${unsampled.traceId}"`)
  await createTask(last)
  await traces.spanOf(last.traceId, 'the run', (it) => it.kind === kinds.consumer)
  expect(traces.spansOf(unsampled.traceId)).toEqual([])
})
