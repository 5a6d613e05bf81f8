// The first block of README.md, in an empty folder, as a reader types it: it ends with the tests of a new
// service, all green. Its packages are installed as a reader installs them, from npm's cache where it has them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parsePage, root } from '../support/guides.ts'
import { templateRepository } from '../support/template.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'api-own-service-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('the README makes a service of its own, whose tests pass', { timeout: 3_600_000 }, async () => {
  const page = parsePage('README.md', readFileSync(join(root, 'README.md'), 'utf8'))
  const block = page.blocks.find((it) => it.path === 'tests/slow/own-service.test.ts')
  const commands = block?.text.trim().split('\n') ?? []
  // bash prints the seconds of each command to stderr.
  const script = ["TIMEFORMAT='took %0R s'", ...commands.map((it) => `time ${it}`)].join('\n')
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '-euo', 'pipefail', '-c', script],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      env: {
        ...process.env,
        template: await templateRepository(join(folder, 'template')),
        npm_config_prefer_offline: 'true',
      },
    },
  )
  expect(status, `${stdout}${stderr}`).toBe(0)
  const times = stderr.match(/^took \d+ s$/gm) ?? []
  console.log(commands.map((it, index) => `${times[index]}: ${it}`).join('\n'))
  expect(times).toHaveLength(commands.length)

  const contract = JSON.parse(readFileSync(join(folder, 'library/generated/openapi.json'), 'utf8'))
  expect(contract.info.title).toBe('Library')
  expect(Object.keys(contract.paths).join()).not.toContain('posts')
  const { parameters } = contract.paths['/users/{username}/books'].get
  const names = parameters.map((it: { $ref: string }) => it.$ref.split('/').at(-1))
  expect(names).toEqual(expect.arrayContaining(['BookGenre', 'BookSort', 'BookSearch']))
})
