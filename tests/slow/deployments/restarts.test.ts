// What clients see of a deployment: servers and workers stop and start under traffic.
// Slow because each restart starts processes and waits for the balancers to notice.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { bundleService } from '../../../scripts/build/bundle.ts'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { Environment } from '../../../src/config/config.ts'
import { enqueue } from '../../../src/jobs/outbox.ts'
import { startBalancer } from '../../support/balancer.ts'
import { type Person, person } from '../../support/builders.ts'
import { startDeployedHaproxy, startDeployedNginx } from '../../support/deployed-proxies.ts'
import { keepAsking } from '../../support/kept-connections.ts'
import type { Process } from '../../support/process.ts'
import { useProduct } from '../../support/product.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const product = useProduct()

/** Ends a process as a deployment does. */
async function end({ child, ended }: Process) {
  child.kill('SIGTERM')
  const { code, output } = await ended
  expect(code, output).toBe(0)
}

/** How many requests each front has to answer at least. */
const wanted = process.env.FAULTS === 'long' ? 10_000 : 1000

/** The folder of the build that starts. */
let build = 'dist'

/** Makes another build, which has a migration that the first one does not know, and migrates. */
async function deployNext() {
  const folder = product.folder()
  await writeFile(
    join(folder, 'migrations/29990101000000_next.ts'),
    `export const up = (knex) => knex.schema.alterTable('users', (it) => it.text('next'))
     export const down = (knex) => knex.schema.alterTable('users', (it) => it.dropColumn('next'))`,
  )
  await bundleService(folder, join(folder, 'next'), { withoutPackages: true })
  const migrating = product.run(process.execPath, ['next/migrate.js', 'latest'], service.env)
  const { code, output } = await migrating.ended
  expect(code, output).toBe(0)
  build = 'next'
}

/** Starts two servers, and a balancer that does not retry. */
async function startServers(env: Environment) {
  const start = (port: number) =>
    product.startServer({ ...service.env, ...env, PORT: `${port}` }, [
      process.execPath,
      `${build}/server.js`,
    ])
  const ports = [await freePort(), await freePort()] as const
  const servers = await Promise.all(ports.map(start))
  const front = await freePort()
  const balancer = await startBalancer(front, ports)
  const isBalanced = () =>
    until('two servers being ready', () => balancer.ready().length === 2 || undefined, 60_000)
  await isBalanced()

  /** Restarts one of them, as a deployment does. */
  async function restart(which: number) {
    const stopping = servers[which]
    if (stopping === undefined) throw new Error('there is no such server')
    await end(stopping)
    servers[which] = await start(stopping.port)
    await isBalanced()
  }
  return { ports, balancer: `http://127.0.0.1:${front}`, restart }
}

/** Reads and writes on kept connections until `stop`, which expects that no request has failed. */
function traffic(front: string, { token }: Person, clients: number) {
  const url = `${front}/api/v1/users/me`
  const headers = () => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' })
  const thinkMs = (client: number) => 60 + client * 40
  const reading = keepAsking({ url, headers, clients, thinkMs })
  const body = '{"name":"Another name"}'
  const writing = keepAsking({ url, headers, clients, thinkMs, method: 'PATCH', body })
  return {
    front,
    answered: () => reading.answered() + writing.answered(),
    async stop(log = '') {
      await Promise.all([reading.stop(), writing.stop()])
      const where = `${front}\n${log}`
      expect([reading.failures, writing.failures], where).toEqual([[], []])
      expect([...reading.statuses.keys(), ...writing.statuses.keys()], where).toEqual([200, 200])
    },
  }
}

/** Starts two workers, and jobs for them until `stop`, which expects that all of them are done. */
async function startWorkers(env: Environment) {
  async function start(port: number) {
    const variables = { ...service.env, ...env, WORKER_PORT: `${port}` }
    const worker = product.run(process.execPath, [`${build}/worker.js`], variables)
    await until('readiness of the worker', async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
      return response?.ok || undefined
    })
    return { ...worker, port }
  }
  const workers = await Promise.all([start(await freePort()), start(await freePort())])
  let isOver = false
  let jobs = 0
  async function submit() {
    for (; !isOver; jobs += 1) {
      await service.db.transaction((trx) => enqueue(trx, 'purgeSessions', {}))
      await wait(50)
    }
  }
  const submitting = submit()
  onTestFinished(async () => {
    isOver = true
    await submitting
  })
  return {
    async restart(which: number) {
      const stopping = workers[which]
      if (stopping === undefined) throw new Error('there is no such worker')
      await end(stopping)
      workers[which] = await start(stopping.port)
    },
    async stop() {
      isOver = true
      await submitting
      await until('the end of all jobs', async () => {
        const rows = await service.db('outbox').where({ job: 'purgeSessions' })
        return rows.length === 0 || undefined
      })
      return jobs
    },
  }
}

it('a rolling restart of servers and workers, with a migration half-way, loses no request and no job behind nginx, HAProxy and a balancer that does not retry', {
  timeout: 900_000,
}, async () => {
  const folder = await mkdtemp(`${tmpdir()}/restarts-`)
  onTestFinished(() => rm(folder, { recursive: true }))
  const env = { DRAIN_DELAY_SECONDS: '3', LOG_LEVEL: 'warn', TRUSTED_PROXIES: 'loopback' }
  const servers = await startServers(env)
  const nginx = await startDeployedNginx(folder, servers.ports)
  onTestFinished(nginx.stop)
  const haproxy = await startDeployedHaproxy(folder, servers.ports)
  onTestFinished(haproxy.stop)
  const workers = await startWorkers(env)
  const caller = await person(service)
  const fronts = [nginx.url, haproxy.url, servers.balancer].map((it) => traffic(it, caller, 3))
  const isEnough = () => fronts.every((it) => it.answered() >= wanted)
  for (let turn = 0; turn < 4 || !isEnough(); turn += 1) {
    if (turn === 2) await deployNext()
    const which = turn % 2
    await Promise.all([servers.restart(which), workers.restart(which)])
    await until(
      'HAProxy using both servers',
      async () => {
        const changes = (await haproxy.log()).matchAll(/^Server api\/(api-\d) is (UP|DOWN)/gm)
        const states = new Map([...changes].map(([, server, state]) => [server, state]))
        return states.get(`api-${which + 1}`) === 'UP' || undefined
      },
      60_000,
    )
  }
  const log = (await haproxy.log()).match(/^.* (502|503|504|-1) .*$|^Server .*$/gm)?.join('\n')
  for (const front of fronts) await front.stop(log)
  expect(await workers.stop()).toBeGreaterThan(100)
  const answered = fronts.map((it) => `${it.front} ${it.answered()}`)
  console.log(`requests answered without a failure: ${answered.join(', ')}`)
})

it('HAProxy leaves the response to the servers when none of them is ready', async () => {
  const folder = await mkdtemp(`${tmpdir()}/restarts-`)
  onTestFinished(() => rm(folder, { recursive: true }))
  const ports = [await freePort(), await freePort()] as const
  for (const port of ports) {
    const server = createServer(({ url }, response) => {
      response.writeHead(url === '/readyz' ? 503 : 204).end()
    })
    server.listen(port, '127.0.0.1')
    onTestFinished(() => void server.close())
  }
  const haproxy = await startDeployedHaproxy(folder, ports)
  onTestFinished(haproxy.stop)
  await until('both servers being down', async () => {
    return (await haproxy.log()).includes('Running on backup') || undefined
  })
  const asking = keepAsking({ url: `${haproxy.url}/`, clients: 2, thinkMs: () => 0 })
  await until('responses', () => asking.answered() > 20 || undefined)
  await asking.stop()
  expect([...asking.statuses.keys()]).toEqual([204])
})

it('a restart of two processes behind one port loses no request', async () => {
  const servers = await startServers({
    DRAIN_DELAY_SECONDS: '1',
    WEB_CONCURRENCY: '2',
    LOG_LEVEL: 'warn',
  })
  const front = traffic(servers.balancer, await person(service), 10)
  for (const which of [0, 1]) await servers.restart(which)
  await front.stop()
})

it('answers every request on kept connections during ten restarts without a delay', async () => {
  const port = await freePort()
  const env = { ...service.env, DRAIN_DELAY_SECONDS: '0', LOG_LEVEL: 'warn', PORT: String(port) }
  for (let restart = 0; restart < 10; restart += 1) {
    const server = await product.startServer(env)
    const asking = keepAsking({
      url: `${server.origin}/api/v1/health`,
      clients: 20,
      thinkMs: (client) => client * 10,
      reconnect: false,
    })
    await until('answers', () => asking.answered() > 100 || undefined)
    server.child.kill('SIGTERM')
    await asking.ended
    expect(asking.failures).toEqual([])
    const { code, output } = await server.ended
    expect(code, output).toBe(0)
  }
})
