// Ten times the requests that the database can serve: what clients are answered meanwhile, and how soon the
// service is back. Slow because it builds the product and measures for some seconds; `npm run test:faults`
// sends the load for a minute and prints the figures.
import { readFile } from 'node:fs/promises'
import { Agent, get, type IncomingMessage } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { person } from '../../support/builders.ts'
import { useProduct } from '../../support/product.ts'
import { useService } from '../../support/service.ts'
import { openTunnel } from '../../support/tunnel.ts'
import { until } from '../../support/until.ts'

const service = useService()
const product = useProduct()
const isLong = process.env.FAULTS === 'long'
const loadSeconds = isLong ? 60 : 8
const times = 10
const poolMax = 2
/** How long the database takes for each statement, in milliseconds. */
const statementMs = 50
const busyMachine = 10

interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly ms: number
}

it('ten times the load is answered in time or at once, and the service is back when it ends', async () => {
  const { token } = await person(service)
  const database = new URL(service.env.DATABASE_URL ?? '')
  const port = await freePort()
  const tunnel = await openTunnel(port, Number(database.port))
  database.port = String(port)
  const server = await product.startServer({
    ...service.env,
    LOG_LEVEL: 'warn',
    DATABASE_URL: database.href,
    DATABASE_POOL_MAX: String(poolMax),
  })
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const send = (path: string) => request(server.origin + path, token, agent)
  // A search is not cached: one statement finds the caller, another one the users.
  const read = () => send('/api/v1/users?q=nothing')
  await read()
  tunnel.delay(statementMs)

  const before = medianOf(await inTurn(20, read))
  const capacity = await throughput(read, 2)

  let mostMegabytes = 0
  const probes: Answer[] = []
  const watching = setInterval(async () => {
    mostMegabytes = Math.max(mostMegabytes, await residentMegabytes(server.child.pid))
    probes.push(await send('/livez'), await send('/readyz'), await send('/api/v1/health'))
  }, 500)
  const idleMegabytes = await residentMegabytes(server.child.pid)
  const { answers, ended } = await load(read, capacity * times, loadSeconds)
  clearInterval(watching)

  const start = performance.now()
  await until(
    'a median within twice of that before',
    async () => {
      const answers = await inTurn(5, read)
      const areServed = answers.every((it) => it.status === 200)
      return (areServed && medianOf(answers) <= 2 * before) || undefined
    },
    2000 * busyMachine,
  )
  const recoveryMs = performance.now() - start
  await ended

  const accepted = answers.filter((it) => it.status === 200)
  const rejected = answers.filter((it) => it.status === 503)
  console.info(
    table({
      'requests per second: capacity, sent': `${capacity}, ${capacity * times}`,
      'median before': `${Math.round(before)} ms`,
      'answered 200': `${accepted.length}, median ${medianOf(accepted)} ms, slowest ${slowest(accepted)} ms`,
      'answered 503': `${rejected.length}, median ${medianOf(rejected)} ms, slowest ${slowest(rejected)} ms`,
      'probes, slowest': `${probes.length}, ${slowest(probes)} ms`,
      'memory: before, most': `${idleMegabytes} MB, ${mostMegabytes} MB`,
      'median within twice of before, after': `${Math.round(recoveryMs)} ms`,
    }),
  )
  expect(accepted.length + rejected.length).toBe(answers.length)
  expect(rejected.every((it) => Number(it.retryAfter) > 0)).toBe(true)
  // What can be served is served.
  expect(accepted.length).toBeGreaterThan((capacity * loadSeconds) / 2)
  expect(rejected.length).toBeGreaterThan(answers.length / 2)
  expect(slowest(accepted)).toBeLessThan(3000 * busyMachine)
  expect(medianOf(rejected)).toBeLessThan(medianOf(accepted))
  expect(probes.map((it) => it.status)).toEqual(probes.map(() => 200))
  expect(mostMegabytes).toBeGreaterThan(0)
  expect(mostMegabytes).toBeLessThan(idleMegabytes + 200)
}, 300_000)

function request(url: string, token: string, agent: Agent): Promise<Answer> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent, headers: { authorization: `Bearer ${token}` } })
    sent.once('error', reject)
    sent.once('response', (response: IncomingMessage) => {
      const { statusCode: status = 0, headers } = response.resume()
      response.once('end', () => {
        const ms = performance.now() - start
        resolve({ status, retryAfter: headers['retry-after'], ms })
      })
    })
  })
}

/** Sends one request after the other. */
async function inTurn(count: number, read: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  while (answers.length < count) answers.push(await read())
  return answers
}

/** Returns how many requests are answered in a second when twice as many are sent as can be served. */
async function throughput(read: () => Promise<Answer>, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  let count = 0
  const clients = Array.from({ length: 2 * poolMax }, async () => {
    for (; performance.now() < end; count += 1) await read()
  })
  await Promise.all(clients)
  return Math.round(count / seconds)
}

/** Sends requests at a rate, whether they are answered or not. `ended` resolves when all are answered. */
async function load(read: () => Promise<Answer>, perSecond: number, seconds: number) {
  const answers: Answer[] = []
  const pending: Promise<unknown>[] = []
  const start = performance.now()
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = Math.min((performance.now() - start) / 1000, seconds)
      while (pending.length < elapsed * perSecond) {
        pending.push(read().then((it) => answers.push(it)))
      }
      if (elapsed < seconds) return
      clearInterval(timer)
      resolve()
    }, 10)
  })
  return { answers, ended: Promise.all(pending) }
}

async function residentMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}

function medianOf(answers: readonly Answer[]): number {
  const sorted = answers.map((it) => it.ms).sort((a, b) => a - b)
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)
}

const slowest = (answers: readonly Answer[]) => Math.round(Math.max(...answers.map((it) => it.ms)))

const table = (figures: Record<string, string>) =>
  Object.entries(figures)
    .map((figure) => `| ${figure.join(' | ')} |`)
    .join('\n')
