// The command of Prism as an independent reader of the served contract: as a proxy, it checks a successful
// request of each operation and its response; as a mock, it answers with the contract's examples.
// Slow because it starts Prism, which loads and resolves the contract.
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract, operations } from '../../../generated/operations.ts'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { OperationId } from '../../../src/contract.ts'
import { successes } from '../../contract/suite/requests.ts'
import { pathOf } from '../../contract/suite/run.ts'
import { worldOf } from '../../support/past-the-api.ts'
import { killGroup, type Process, startCommand } from '../../support/process.ts'
import { useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const running: Process[] = []
afterAll(() => {
  for (const { child } of running) killGroup(child)
})

const command = resolve('node_modules/.bin/prism')

/** Starts the command and resolves with its origin. */
async function startPrism(...args: readonly string[]): Promise<string> {
  const port = String(await freePort())
  const all = [...args, '--port', port, '--host', '127.0.0.1']
  const prism = startCommand(command, all, { cwd: resolve(), env: {} })
  running.push(prism)
  await until('Prism listening', () => {
    if (prism.child.exitCode !== null) throw new Error(prism.printed())
    return prism.printed().includes('Prism is listening') || undefined
  })
  return `http://127.0.0.1:${port}`
}

describe('Prism as a proxy', () => {
  let origin: string
  beforeAll(async () => {
    const upstream = `${service.url}${contract.basePath}`
    origin = await startPrism('proxy', 'generated/openapi.json', upstream)
  })

  it.each(Object.keys(operations) as OperationId[])(
    'finds no violation in a successful request of %s',
    async (id) => {
      const { as, headers, body, ...sent } = await successes[id](worldOf(service))
      const response = await fetch(origin + pathOf(id, sent).slice(contract.basePath.length), {
        method: operations[id].method.toUpperCase(),
        headers: { ...(as && { authorization: `Bearer ${as.token}` }), ...headers },
        ...(body !== undefined && { body }),
      })
      expect(response.ok, await response.text()).toBe(true)
      expect(response.headers.get('sl-violations')).toBeNull()
    },
  )

  it('reports a request that violates the contract', async () => {
    const { token } = await worldOf(service).person()
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${origin}/users?limit=1000`, { headers })
    expect(response.headers.get('sl-violations')).toContain('limit')
  })
})

it('Prism as a mock answers with an example of the contract', async () => {
  const origin = await startPrism('mock', 'generated/openapi.json')
  const response = await fetch(`${origin}/users/ada`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ username: 'ada' })
})
