// `npm run mock` as a frontend developer uses it: it prints its URL, follows the contract, and survives
// an invalid edit.
// Slow because the command bundles the contract again after each edit.
import { execFile, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { copyOfProduct } from '../../support/servers.ts'
import { until } from '../../support/until.ts'

const run = promisify(execFile)
const command = ['--import', 'tsx', 'scripts/mock/watch.ts']
const example = 'openapi/components/schemas/Health.yaml'
let copy: Awaited<ReturnType<typeof copyOfProduct>>
let variables: Record<string, string | undefined>
let output = ''
let stop: () => Promise<number | null>
let origin: string

beforeAll(async () => {
  copy = await copyOfProduct()
  const port = await freePort()
  origin = `http://localhost:${port}`
  variables = { PATH: process.env.PATH, MOCK_PORT: String(port) }
  const child = spawn(process.execPath, command, { cwd: copy.folder, env: variables })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (it) => (output += it))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  stop = () => {
    child.kill('SIGTERM')
    return ended
  }
})
afterAll(async () => {
  await stop()
  await copy.remove()
})

const says = (words: string) =>
  until(`"${words}"`, () => (output.includes(words) ? true : undefined), 100_000)

async function edit(from: string, to: string) {
  const path = join(copy.folder, example)
  const text = await readFile(path, 'utf8')
  expect(text).toContain(from)
  await writeFile(path, text.replace(from, to))
}

async function version(): Promise<string> {
  const answer = await fetch(`${origin}/api/v1/health`)
  return JSON.parse(await answer.text()).version
}

it('prints its URL, follows the contract and survives an invalid edit', async () => {
  await says(`${origin}/api/v1`)
  const before = await version()
  // The one has nothing to do with the other: both at once, since each takes a start of Node.
  const second = run(process.execPath, command, { env: variables }).catch((error) => error)
  await edit('status: ok', 'status: [')
  await says('codegen')
  const { stderr, code } = await second
  expect(stderr).toMatch(/^npm run mock: MOCK_PORT: \d+ is taken by another program.*\n$/)
  expect(code).toBe(1)
  expect(await version()).toBe(before)
  await edit('status: [', 'status: ok')
  await edit(`version: ${before}`, 'version: 7.7.7')
  await says('answers by the new contract')
  expect(await version()).toBe('7.7.7')
  expect(await stop()).toBe(0)
  await expect(fetch(origin)).rejects.toThrow()
}, 300_000)
