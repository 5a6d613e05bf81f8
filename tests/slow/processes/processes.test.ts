// The built server and the built worker as the processes that production runs.
// Slow because it builds the product and starts it for each case.
import { type ChildProcess, execFile } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get, request as httpRequest } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { Environment } from '../../../src/config/config.ts'
import { enqueue } from '../../../src/jobs/outbox.ts'
import { person, signUp } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { killGroup, startCommand } from '../../support/process.ts'
import { useService } from '../../support/service.ts'
import { signalGroup } from '../../support/signal.ts'
import { until } from '../../support/until.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const service = useService()
const children: ChildProcess[] = []

beforeAll(async () => {
  // The types are checked by the compiler's own run of `npm test`.
  const build = ['--import', 'tsx', 'scripts/build/build.ts', '--noCheck']
  await promisify(execFile)(process.execPath, build, { cwd: root })
}, 120_000)
afterEach(() => {
  for (const child of children.splice(0)) killGroup(child)
})

/** Starts a built entry point. */
function start(entry: 'server' | 'worker' | 'admin', env: Environment, ...args: string[]) {
  const started = startCommand(process.execPath, [`dist/${entry}.js`, ...args], { cwd: root, env })
  children.push(started.child)
  return started
}

async function startServer(extra: Environment = {}) {
  const port = await freePort()
  const started = start('server', { ...service.env, PORT: String(port), ...extra })
  const origin = `http://127.0.0.1:${port}`
  await until('a response of the server', async () => {
    const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
    return answer?.status === 200 ? true : undefined
  })
  return { ...started, origin, port }
}

/** The ids of the processes that one has started. */
async function childrenOf(pid: number | undefined): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  return pairs.flatMap(([own = '', parent]) => (parent === String(pid) ? [own] : []))
}

/** The status of an answer, or undefined where none came. */
function statusBy(agent: Agent, url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    request.once('error', () => resolve(undefined))
  })
}

describe('the built processes', () => {
  it('serve, work, and finish what they have started on SIGTERM', async () => {
    const [server, worker] = [await startServer(), start('worker', service.env)]
    const api = createClient(server.origin)
    expect((await api.as(await person(service)).get('/users/me')).status).toBe(200)
    const outbox = () => service.db('outbox').where({ job: 'purgeSessions' })
    await service.db.transaction(async (trx) => {
      // Keeps the job from ending before the signal.
      await trx.raw('set local idle_in_transaction_session_timeout = 0')
      await trx.raw('lock table sessions in exclusive mode')
      await service.db.transaction((other) => enqueue(other, 'purgeSessions', {}))
      await until('the start of the job', () => outbox().whereNotNull('run_id').first())
      worker.child.kill('SIGTERM')
    })
    expect((await worker.ended).code).toBe(0)
    expect(await outbox()).toEqual([])
    server.child.kill('SIGTERM')
    expect((await server.ended).code).toBe(0)
  })

  it('stop under keep-alive traffic and answer every request that they have read', async () => {
    const server = await startServer({ DRAIN_SECONDS: '60', LOG_LEVEL: 'info' })
    const { username } = await person(service)
    const path = `/api/v1/users/${username}`
    const agent = new Agent({ keepAlive: true, maxSockets: 8 })
    let answered = 0
    const ask = async () => {
      while ((await statusBy(agent, `${server.origin}${path}`)) === 200) answered++
    }
    const asking = Promise.all(Array.from({ length: 8 }, ask))
    await until('answers', () => (answered > 100 ? true : undefined))
    server.child.kill('SIGTERM')
    const { code, output } = await server.ended
    expect(code).toBe(0)
    await asking
    agent.destroy()
    expect(output.split(`"path":"${path}"`)).toHaveLength(answered + 1)
  })

  it('respond as in production: no open CORS, no schema check, no bind to loopback alone', async () => {
    const secrets = {
      SECRET_KEY: 'x'.repeat(32),
      ADMIN_PASSWORD: 'Correct-horse-7',
      BCRYPT_COST: '10',
    }
    const { origin } = await startServer({ ENVIRONMENT: 'production', ...secrets })
    const headers = { origin: 'http://localhost:5173' }
    const answer = await createClient(origin).get('/health', headers)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('report every configuration error and do not start', async () => {
    const { code, output } = await start('server', { ENVIRONMENT: 'production', PORT: 'x' }).ended
    expect(code).toBe(1)
    for (const name of ['DATABASE_URL', 'REDIS_CACHE_URL', 'SECRET_KEY', 'PORT']) {
      expect(output).toContain(`${name}: expected`)
    }
    expect(output).not.toContain('    at ')
  })

  it('report whether the worker is alive and ready', async () => {
    const lost = new URL(service.env.DATABASE_URL ?? '')
    const [port, metricsPort] = [await freePort(), await freePort()]
    lost.pathname = '/no_such_database'
    const ports = { WORKER_PORT: String(port), METRICS_PORT: String(metricsPort) }
    start('worker', { ...service.env, ...ports, DATABASE_URL: lost.href })
    const get = (path: string, on = port) =>
      fetch(`http://127.0.0.1:${on}${path}`).catch(() => undefined)
    const status = async (path: string) => (await get(path))?.status
    await until('the first 200 of /livez', async () =>
      (await status('/livez')) === 200 ? true : undefined,
    )
    expect(await status('/readyz')).toBe(503)
    expect(await status('/livez')).toBe(200)
    const metrics = await get('/metrics', metricsPort)
    expect([metrics?.status, await metrics?.text()]).toEqual([
      200,
      expect.stringContaining('job_relay_age_seconds +Inf'),
    ])
    expect(await status('/nothing')).toBe(404)
  })

  it('run in the number of WEB_CONCURRENCY behind one port, and are restarted when they die', async () => {
    const metricsPort = await freePort()
    const server = await startServer({
      ...{ WEB_CONCURRENCY: '2', LOG_LEVEL: 'info', METRICS_PORT: String(metricsPort) },
    })
    const metrics = async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    await until('both of them and the metrics listening', () =>
      server.printed().split('"msg":"listening"').length === 4 ? true : undefined,
    )
    const pids = await childrenOf(server.child.pid)
    expect(pids).toHaveLength(2)
    const both = (await metrics()).match(/^http_requests_in_flight\{process="[12]"\} 0$/gm)
    expect(both).toHaveLength(2)
    process.kill(Number(pids[0]), 'SIGKILL')
    await until('another process in its place', async () => {
      const found = await childrenOf(server.child.pid)
      return found.length === 2 && !found.includes(pids[0] ?? '') ? true : undefined
    })
    expect((await fetch(`${server.origin}/livez`)).status).toBe(200)
    await until('the metrics of the new process', async () => {
      const text = await metrics()
      return (
        (/^build_info\{.*process="1"\} 1$/m.test(text) && /process="2"/.test(text)) || undefined
      )
    })
    server.child.kill('SIGTERM')
    const { code, output } = await server.ended
    expect(code, output).toBe(0)
    expect(output).toContain('a server process has ended')
    for (const pid of pids) expect(() => process.kill(Number(pid), 0)).toThrow()
  })

  it('finish what they have started when the whole group gets the signal', async () => {
    const server = await startServer({ WEB_CONCURRENCY: '2' })
    const credentials = new URLSearchParams({ username: 'nobody', password: 'Wrong-password-7' })
    const request = httpRequest(`${server.origin}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', expect: '100-continue' },
    })
    const answer = once(request, 'response')
    request.flushHeaders()
    await once(request, 'continue')
    signalGroup(server.child.pid, 'SIGTERM')
    await until('the port being closed', async () => {
      const refused = await fetch(`${server.origin}/livez`).catch(() => true)
      return refused === true || undefined
    })
    request.end(String(credentials))
    const [{ statusCode }] = await answer
    expect(statusCode).toBe(401)
    const { code, output } = await server.ended
    expect(code, output).toBe(0)
  })

  it('create the first superuser', async () => {
    const { username, email } = signUp()
    const admin = {
      ADMIN_USERNAME: username,
      ADMIN_EMAIL: email,
      ADMIN_PASSWORD: 'Correct-horse-7',
    }
    const env = { ...service.env, ...admin }
    const { code, output } = await start('admin', env, 'create-superuser').ended
    expect([code, output]).toEqual([0, `${username} is a superuser now\n`])
  })

  it('name the variable of a port that is taken', async () => {
    const { port } = await startServer()
    const { code, output } = await start('server', {
      ...service.env,
      LOG_LEVEL: 'info',
      PORT: String(port),
    }).ended
    expect(code).toBe(1)
    expect(output).toContain('PORT')
    const several = { ...service.env, WEB_CONCURRENCY: '2', PORT: String(port) }
    expect((await start('server', several).ended).code).toBe(1)
  })
})
