// The client as a frontend receives it: packed, installed in a new project, compiled there, and run
// against the service and the mock.
// Slow because it packs, installs and compiles the client.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, memoryTokens } from '../../../client/index.ts'
import { contract, operations } from '../../../generated/operations.ts'
import { freePort } from '../../../scripts/dev/ports.ts'
import { startMock } from '../../../scripts/mock/mock.ts'
import type { Operation } from '../../../src/engine/operation.ts'
import { account, password } from '../../support/builders.ts'
import { consumerProject } from '../../support/consumer.ts'
import { useService } from '../../support/service.ts'

const service = useService()
let project: Awaited<ReturnType<typeof consumerProject>>
let mock: { origin: string; close(): Promise<void> }

const someone = async () => ({ ...(await account(service)), password })
/** Imports a compiled file of `tests/consumer/`. */
const built = (file: string) =>
  import(/* @vite-ignore */ pathToFileURL(`${project.folder}/built/${file}`).href)

beforeAll(async () => {
  project = await consumerProject()
  await project.compile('--outDir', 'built')
  const port = await freePort()
  mock = { ...(await startMock({ port })), origin: `http://127.0.0.1:${port}` }
})
afterAll(async () => {
  await mock.close()
  await project.remove()
})

describe('the packed client', () => {
  it('contains what it needs, under the version of the contract', async () => {
    const folder = join(project.folder, 'node_modules/contract-first-api-client')
    expect((await readdir(folder)).sort()).toEqual([
      'README.md',
      'index.d.ts',
      'index.js',
      'openapi-fetch.d.ts',
      'openapi-typescript-helpers.d.ts',
      'openapi.d.ts',
      'package.json',
      'session.d.ts',
    ])
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    expect(manifest.version).toBe(contract.version)
    expect(manifest.dependencies).toBeUndefined()
    expect(await readFile(join(folder, 'index.js'), 'utf8')).not.toMatch(/^import /m)
  })

  it('has types for Node and for bundlers, and wrong use does not compile', async () => {
    await Promise.all([
      project.compile('--outDir', 'built'),
      project.compile('--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler'),
    ])
  }, 120_000)

  it('works the same with the service and with the mock', async () => {
    const { walk } = await built('walk.js')
    const user = await someone()
    const real = await walk(service.url, user)
    const mocked = await walk(`${mock.origin}/`, user)
    for (const it of [real, mocked]) {
      expect(it.statuses).toEqual([200, 200, 200, 200, 404, 422])
      expect(it.problems[0]).toBe('There is nothing here.')
      expect(it.problems[1]).toContain('/body/name must have at least 2 characters')
    }
    expect([real.account.email, real.profile.name]).toEqual([user.email, user.name])
    expect(real.sessions).toMatchObject([{ isCurrent: true }])
    expect(mocked.sessions.length).toBeGreaterThan(0)
  })

  it('refreshes once for all waiting requests and stays logged in', async () => {
    const { fiveRequests } = await built('refresh.js')
    const user = await someone()
    const result = await fiveRequests(service.url, user)
    expect(result.statuses).toEqual([200, 200, 200, 200, 200])
    expect(result.refreshes).toBe(1)
    expect(result.afterLogout).toEqual({ status: 401, tokens: {}, refreshes: 1 })
  })

  it('refreshes once for two clients that share a store', async () => {
    const { sharedStore } = await built('refresh.js')
    expect(await sharedStore(service.url, await someone())).toEqual({
      statuses: [200, 200],
      refreshes: 1,
    })
  })

  it('keeps a path parameter within its segment, or throws an error that names it', async () => {
    const { requestedPaths } = await built('paths.js')
    const encoded = ['a/b', '../me', '/', '\\', '%2e%2e', 'a?b#c', 'é', '...', ' ', '\0', '$&']
    expect(await requestedPaths(service.url, encoded)).toEqual(
      encoded.map((it) => `/api/v1/users/${encodeURIComponent(it)}`),
    )
    const invalid = await requestedPaths(service.url, ['..', '.', '', undefined, null, '\ud800'])
    const template = `${service.url}/api/v1/users/{username}`
    const named = `TypeError: ${template}: the path parameter username`
    expect(invalid).toEqual([
      ...['..', '.', ''].map((it) => `${named} must not be "${it}"`),
      ...[`${named} is missing`, `${named} is missing`],
      `${named} is not well-formed Unicode`,
    ])
  })

  it('sends and accepts the cookie only where the contract says that a response sets it', async () => {
    const sent: string[] = []
    const api = createClient({
      baseUrl: service.url,
      tokens: memoryTokens(),
      cookies: true,
      fetch: async ({ method, url, credentials }) => {
        if (credentials === 'include') sent.push(`${method} ${new URL(url).pathname}`)
        return Response.json({ access_token: 'a-token' })
      },
    })
    const all = Object.values<Operation>(operations)
    const request = api.request as (method: string, path: string, init: object) => Promise<unknown>
    for (const it of all) {
      const path = Object.fromEntries(Object.keys(it.parameters.path).map((name) => [name, 'x']))
      await request(it.method, it.path, { params: { path } })
    }
    const setting = all.filter(({ responses }) =>
      Object.entries(responses).some(([code, it]) => code < '300' && 'Set-Cookie' in it.headers),
    )
    expect(sent).toEqual(
      setting.map((it) => `${it.method.toUpperCase()} ${contract.basePath}${it.path}`),
    )
    expect(sent).toContain('POST /api/v1/logout')
  })

  it('is logged out when the session has ended elsewhere', async () => {
    const { passwordChangedElsewhere } = await built('refresh.js')
    const user = await someone()
    expect(await passwordChangedElsewhere(service.url, user)).toEqual({
      status: 401,
      tokens: {},
    })
  })

  it('is logged out by a logout that had to refresh first', async () => {
    const { logOutWithExpiredToken } = await built('login-changes.js')
    expect(await logOutWithExpiredToken(service.url, await someone())).toEqual({
      status: 204,
      tokens: {},
    })
  })

  it('keeps a login that happens during an earlier refresh', async () => {
    const [first, next] = [await someone(), await someone()]
    const { logInDuringRefresh } = await built('login-changes.js')
    const usernames = await logInDuringRefresh(service.url, [first, next])
    expect(usernames).toEqual([next.username, next.username])
  })

  it('restores no tokens that were deleted during their refresh', async () => {
    const { deleteTokensDuringRefresh } = await built('login-changes.js')
    expect(await deleteTokensDuringRefresh(service.url, await someone())).toEqual({})
  })

  it('never repeats a request of one user as another', async () => {
    const { logInBeforeRejection } = await built('login-changes.js')
    const [first, next] = [await someone(), await someone()]
    const outcome = await logInBeforeRejection(service.url, [first, next])
    expect(outcome).toEqual({ status: 401, name: next.name })
  })
})
