// The contract suite: provokes each documented status of each operation on the service and on the mock,
// and checks the response against the contract.
// Takes over 5 s, because it has a case for each status of each operation. It is in `npm test`, because a
// change of an operation breaks it first.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { startMock } from '../../scripts/mock/mock.ts'
import { account, password } from '../support/builders.ts'
import { worldOf } from '../support/past-the-api.ts'
import { startService, useService } from '../support/service.ts'
import { allCases, type Case } from './suite/cases.ts'
import { exemptions, isExempt } from './suite/exemptions.ts'
import { failures } from './suite/requests.ts'
import { matrix, type Target, violationsOfCase } from './suite/run.ts'
import { mockWorld } from './suite/world.ts'

const service = useService()
const cases = allCases()
const passed = new Set<string>()
const targets: Partial<Record<Target['name'], Target>> = {}
const stops: (() => Promise<unknown>)[] = []

/** Tells whether security.test.ts provokes the status on the service, by each kind of caller. */
const isLeftToSecurity = ({ operation, status }: Case) =>
  [401, 403].includes(status) && failures[operation]?.[status] === undefined

beforeAll(async () => {
  const outage = { ...service.env, DATABASE_URL: 'postgres://unknown@127.0.0.1:1/nothing' }
  const without = await startService({ ...outage, REDIS_PREFIX: `${service.env.REDIS_PREFIX}-out` })
  stops.push(without.stop)
  const limited = await startService({
    ...service.env,
    RATE_LIMIT_FACTOR: '0.0001',
    REDIS_PREFIX: `${service.env.REDIS_PREFIX}-limited`,
  })
  stops.push(limited.stop)
  const world = worldOf(service)
  const others = { outageOrigin: without.url, limitedOrigin: limited.url }
  targets.app = { name: 'app', origin: service.url, world, ...others }
  const port = await freePort()
  const mock = await startMock({ port })
  stops.push(mock.close)
  targets.mock = { name: 'mock', origin: `http://127.0.0.1:${port}`, world: mockWorld }
})
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
  const table = matrix(cases, (it) => {
    if (isLeftToSecurity(it)) return '–'
    return passed.has(`app ${it.operation} ${it.status}`) ? '✓' : '✗'
  })
  console.log(`\noperation × status, provoked on the service (–: in security.test.ts):\n${table}\n`)
})

describe.each(['app', 'mock'] as const)('on the %s', (name) => {
  const own = cases.filter(
    (it) => !isExempt(name, it.operation, it.status) && !(name === 'app' && isLeftToSecurity(it)),
  )
  it.each(own.map((it) => [it.operation, it.status, it] as const))(
    '%s answers %i',
    async (_, __, one) => {
      const target = targets[name]
      expect(target && (await violationsOfCase(target, one))).toEqual([])
      passed.add(`${name} ${one.operation} ${one.status}`)
    },
  )
})

describe('exemptions', () => {
  it('are no more than there were when this line was written', () => {
    expect(exemptions.length).toBeLessThanOrEqual(6)
  })

  it('exempt what there is, with a reason', () => {
    for (const { operation, status, reason } of exemptions) {
      const exempt = cases.filter((it) => it.status === status)
      expect(exempt.some((it) => operation === 'all' || it.operation === operation)).toBe(true)
      expect(reason.length).toBeGreaterThan(10)
    }
  })
})

describe('npm run contract:test -- --url', () => {
  const run = (env: Record<string, string>, ...args: string[]) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const { ADMIN_USERNAME: _name, ADMIN_PASSWORD: _password, ...rest } = process.env
      const script = ['--import', 'tsx', 'scripts/contract-test.ts', ...args]
      const child = spawn(process.execPath, script, { env: { ...rest, ...env } })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk) => (output += chunk))
      }
      child.on('close', (code) => resolve({ code, output }))
    })

  const database = () => ({ DATABASE_URL: service.env.DATABASE_URL ?? '' })
  const long = { timeout: 100_000 }
  it(
    'runs against a service that runs, and names the rows that need a superuser',
    long,
    async () => {
      const { code, output } = await run(database(), '--url', service.url)
      expect(output).toMatch(/\d+ as the contract says, 0 not, \d+ not run/)
      expect(output).toMatch(/set ADMIN_USERNAME and ADMIN_PASSWORD to run all of: updateUser/)
      expect(code, output).toBe(0)
    },
  )

  it('runs them with a superuser', async () => {
    const { username } = await account(service, { isSuperuser: true })
    const env = { ...database(), ADMIN_USERNAME: username, ADMIN_PASSWORD: password }
    const only = ['--only', 'eraseUser', '--only', 'listAllUsers']
    const { code, output } = await run(env, '--url', service.url, ...only)
    expect(output).toMatch(/13 as the contract says, 0 not, 4 not run/)
    expect(code, output).toBe(0)
  })

  it.each([
    ['nothing listens', ['--url', 'http://127.0.0.1:1'], 'fetch failed'],
    ['another service listens', ['--url', 'ELSE'], 'returns 404 text/plain: is this the service?'],
    ['the URL is invalid', ['--url', 'localhost:3000'], 'localhost:3000 is no URL'],
    ['no operation has this name', ['--url', 'http://x', '--only', 'getPots'], 'operation getPots'],
    ['an option is unknown', ['--uri', 'http://x'], "Unknown option '--uri'"],
  ])('says in one line that %s', async (_, args, words) => {
    const other = createServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not here')
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const given = args.map((it) => it.replace('ELSE', `http://127.0.0.1:${port}`))
    const { code, output } = await run({}, ...given).finally(() => other.close())
    expect(output).toContain(words)
    expect(output.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })
})
