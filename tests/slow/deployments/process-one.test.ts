// The commands of production as process 1 of a container: a signal to it has to reach node.
// Slow because it builds the product and starts it through npm in a PID namespace.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { enqueue } from '../../../src/jobs/outbox.ts'
import { person } from '../../support/builders.ts'
import { useProduct } from '../../support/product.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const product = useProduct()
const isRoot = process.getuid?.() === 0
const asProcessOne = (...command: string[]) => [
  ...['unshare', '-pf', '--kill-child', '--mount-proc', ...(isRoot ? [] : ['-r'])],
  ...command,
]

/** Returns the process that is process 1 inside: the only child of `unshare`. */
async function processOneOf(pid: number | undefined): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['--ppid', String(pid), '-o', 'pid='])
  return Number(stdout.trim())
}

it('npm start answers the requests in progress at SIGTERM, and ends', async () => {
  const env = { ...service.env, DRAIN_DELAY_SECONDS: '1' }
  const server = await product.startServer(env, asProcessOne('npm', 'start'))
  const { token } = await person(service)
  const asked = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const sent = request(`${server.origin}/api/v1/users/me`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          expect: '100-continue',
        },
      })
      const answered = once(sent, 'response') as Promise<[IncomingMessage]>
      sent.flushHeaders()
      await once(sent, 'continue')
      return { sent, answered }
    }),
  )
  process.kill(await processOneOf(server.child.pid), 'SIGTERM')
  await until('the server being not ready', async () => {
    const { status } = await fetch(`${server.origin}/readyz`)
    return status === 503 || undefined
  })
  for (const { sent } of asked) sent.end('{"name":"Another name"}')
  for (const { answered } of asked) {
    const [response] = await answered
    response.resume()
    expect(response.statusCode).toBe(200)
  }
  await server.ended
  await expect(fetch(`${server.origin}/livez`)).rejects.toThrow()
})

it('npm run worker finishes or releases its jobs at SIGTERM, and leaves none to its lease', async () => {
  const [command = '', ...args] = asProcessOne('npm', 'run', 'worker')
  const port = await freePort()
  const env = {
    ...service.env,
    JOB_LEASE_SECONDS: '600',
    WORKER_CONCURRENCY: '4',
    WORKER_PORT: String(port),
  }
  const worker = product.run(command, args, env)
  const outbox = () => service.db('outbox').where({ job: 'purgeSessions' })
  await service.db.transaction(async (trx) => {
    // Keeps the jobs from finishing before the probes have been asked.
    await trx.raw('set local idle_in_transaction_session_timeout = 0')
    await trx.raw('lock table sessions in exclusive mode')
    for (let job = 0; job < 20; job += 1) {
      await service.db.transaction((other) => enqueue(other, 'purgeSessions', {}))
    }
    await until('running jobs', async () => {
      const rows = await outbox().whereNotNull('run_id')
      return rows.length > 0 || undefined
    })
    process.kill(await processOneOf(worker.child.pid), 'SIGTERM')
    await until('the worker being not ready', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
      return (await answer.text()).includes('stopping') || undefined
    })
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
  })
  await worker.ended
  expect(await outbox().whereNotNull('run_id')).toEqual([])
  // Far sooner than the lease ends, another worker has done the rest.
  product.run(process.execPath, ['dist/worker.js'], { ...env, WORKER_PORT: undefined })
  await until('the end of all jobs', async () => (await outbox()).length === 0 || undefined)
})
