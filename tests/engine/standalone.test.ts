// The engine without the product: a service of twenty lines of contract, in a folder of its own.
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { partSteps, type Running, startProcess } from '../../scripts/dev/processes.ts'
import { standaloneFolder } from '../support/standalone.ts'
import { until } from '../support/until.ts'

let folder: Awaited<ReturnType<typeof standaloneFolder>>
let running: Running
let url: string

beforeAll(async () => {
  folder = await standaloneFolder()
  const outfile = join(folder.folder, 'service.js')
  const entryPoints = [join(folder.folder, 'service.ts')]
  await build({ entryPoints, outfile, bundle: true, packages: 'external', format: 'esm' })
  const port = await freePort()
  url = `http://127.0.0.1:${port}/echo`
  const env = { PATH: process.env.PATH, PORT: String(port) }
  running = await startProcess(process.execPath, [outfile], { env, stdio: 'inherit' }, partSteps)
  await until('the service', () => fetch(url).catch(() => undefined))
})
afterAll(async () => {
  await running.stop()
  await folder.remove()
})

it('answers what its handler returns', async () => {
  const response = await fetch(`${url}/words/ada?times=3`)
  expect([response.status, await response.json()]).toEqual([200, { text: 'ada'.repeat(3) }])
  expect(response.headers.get('etag')).toBeTruthy()
  expect(await (await fetch(`${url}/words/ada`)).json()).toEqual({ text: 'ada'.repeat(2) })
})

it('answers a problem for what its contract does not allow', async () => {
  const answers = await Promise.all(
    ['/words/longer', '/words/ada?times=0', '/nothing', '/words/%zz'].map(async (path) => {
      const problem = (await (await fetch(url + path)).json()) as { status: number; code: string }
      return [problem.status, problem.code]
    }),
  )
  expect(answers).toEqual([
    [422, 'validation_failed'],
    [422, 'validation_failed'],
    [404, 'not_found'],
    [400, 'malformed_request'],
  ])
})
