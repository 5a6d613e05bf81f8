// The launcher as a developer sees it: what it prints, what it does when a process dies, and that it
// leaves nothing behind. The steps build on each other, since a start takes seconds.
// Slow because it starts PostgreSQL, Redis and all parts of the service several times.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { startPostgres } from '../../../scripts/dev/postgres.ts'
import { startRedis } from '../../../scripts/dev/redis.ts'
import { databaseName } from '../../../src/config/names.ts'
import {
  type Launcher,
  livingProcesses,
  startLauncher,
  useLauncherFolder,
} from '../../support/launcher.ts'
import { sendSignal } from '../../support/signal.ts'
import { until } from '../../support/until.ts'

const slow = 60_000
const { folder, dataDir, variables } = useLauncherFolder('launcher-')
let infra: Launcher
let dev: Launcher

afterAll(async () => {
  await infra?.end('SIGTERM')
  await dev?.end('SIGTERM')
})

describe('npm run infra', () => {
  it('starts PostgreSQL and Redis and says where they are', { timeout: slow }, async () => {
    infra = startLauncher('scripts/dev/infra.ts', variables)
    const output = await infra.says('Ctrl-C stops them')
    expect(output).toContain(`127.0.0.1:${variables.EMBEDDED_POSTGRES_PORT}/${databaseName}`)
    expect(output).toContain(`127.0.0.1:${variables.EMBEDDED_REDIS_PORT}`)
    expect(Object.keys(livingProcesses(dataDir))).toEqual(['postgres', 'redis'])
  })

  it('rejects a data folder in use, in one line', async () => {
    const second = startLauncher('scripts/dev/dev.ts', variables)
    expect(await second.ended).toBe(1)
    expect(second.output()).toMatch(/^npm run dev: DATA_DIR: .* in use by "npm run infra".*\n$/)
  })

  it('names a taken port with its variable, in one line', async () => {
    const port = variables.EMBEDDED_REDIS_PORT ?? ''
    const other = startLauncher('scripts/dev/infra.ts', {
      ...variables,
      DATA_DIR: join(folder, 'other'),
      EMBEDDED_POSTGRES_PORT: String(await freePort()),
    })
    expect(await other.ended).toBe(1)
    const { redis } = livingProcesses(dataDir)
    expect(other.output()).toBe(
      `npm run infra: EMBEDDED_REDIS_PORT: ${port} is taken by another program (process ${redis}); ` +
        'set EMBEDDED_REDIS_PORT to a free port\n',
    )
  })
})

describe('npm run dev', () => {
  const get = (port: string | undefined, path: string) => fetch(`http://127.0.0.1:${port}${path}`)

  it('starts on what a killed launcher left, and shows its panel', { timeout: slow }, async () => {
    await infra.end('SIGKILL')
    dev = startLauncher('scripts/dev/dev.ts', variables)
    const output = await dev.says('Ctrl-C stops everything')
    expect(output).toContain(`API         http://localhost:${variables.PORT}/api/v1`)
    expect(output).toContain(`Docs        http://localhost:${variables.PORT}/docs`)
    expect(output).toContain(`Mock        http://localhost:${variables.MOCK_PORT}/api/v1`)
    expect(output).toContain('Log in      admin / Local-Admin-1')
    expect((await get(variables.PORT, '/api/v1/health')).status).toBe(200)
    expect((await get(variables.MOCK_PORT, '/api/v1/health')).status).toBe(200)
  })

  it('restarts a process that died', { timeout: slow }, async () => {
    const before = livingProcesses(dataDir)
    for (const name of ['api', 'redis']) sendSignal(before[name], 'SIGKILL')
    const after = await until('a new start', () => {
      const { api, redis } = livingProcesses(dataDir)
      return api && redis && api !== before.api && redis !== before.redis ? { api } : undefined
    })
    expect(after.api).not.toBe(before.api)
    await until('an answer', async () => {
      const response = await get(variables.PORT, '/readyz').catch(() => undefined)
      return response?.status === 200 ? true : undefined
    })
    expect(dev.output()).toMatch(/api +ended \(got SIGKILL\); starts again now/)
  })

  it('leaves no process behind', { timeout: slow }, async () => {
    const running = livingProcesses(dataDir)
    expect(Object.keys(running)).toEqual(
      expect.arrayContaining(['postgres', 'redis', 'api', 'worker', 'mock']),
    )
    expect(await dev.end('SIGTERM')).toBe(0)
    expect(livingProcesses(dataDir)).toEqual({})
  })
})

describe('a server that an earlier launcher left running', () => {
  it('gives way to the next PostgreSQL and Redis of its folder', { timeout: slow }, async () => {
    const left = join(folder, 'left')
    mkdirSync(left)
    const start = async () => [
      await startPostgres({ dataDir: join(left, 'postgres'), port: await freePort() }),
      await startRedis({ dataDir: join(left, 'redis'), port: await freePort() }),
    ]
    const earlier = await start()
    const later = await start()
    const ends = await Promise.all(earlier.map((server) => server.exited))
    expect(ends).toEqual(['exit code 0', 'exit code 0'])
    expect(Object.values(livingProcesses(left))).toEqual(later.map((server) => server.pid))
    await Promise.all(later.map((server) => server.stop()))
    expect(livingProcesses(left)).toEqual({})
  })
})

describe.runIf(process.getuid?.() === 0)('a data folder that is closed to PostgreSQL', () => {
  it('is replaced by one that is not', { timeout: slow }, async () => {
    const closed = mkdtempSync(join(tmpdir(), 'closed-'))
    const wanted = join(closed, 'data', 'postgres')
    const server = await startPostgres({ dataDir: wanted, port: await freePort(), durable: false })
    expect(server.dataDir).toMatch(/^\/var\/tmp\/closed-/)
    await server.stop()
    expect(existsSync(server.dataDir)).toBe(false)
    rmSync(closed, { recursive: true })
  })
})
