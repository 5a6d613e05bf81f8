// `npm run init` leaves a clone as it is, if the clone is not to be replaced or the command is interrupted.
// tests/slow/own-service.test.ts lets it finish. Slow because it clones and runs checks.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cloneOf, commitAll, git, runIn, templateRepository } from '../../support/template.ts'
import { until } from '../../support/until.ts'

let folder: string
/** The repository that the clones come from. */
let template: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-init-'))
  template = await templateRepository(join(folder, 'template'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const clone = (name: string) => cloneOf(template, join(folder, name))
const init = (cwd: string, ...args: string[]) =>
  runIn(cwd, process.execPath, 'scripts/init.mjs', ...args)

it('leaves a clone alone that has changes, or commits that no remote has', () => {
  const path = clone('own')
  writeFileSync(join(path, 'notes.txt'), 'mine')
  const changed = init(path, '--name', 'shop')
  expect(changed).toMatchObject({ status: 1, output: expect.stringContaining('?? notes.txt') })
  commitAll(path, 'Mine')
  const message = expect.stringContaining('No remote has the commit')
  expect(init(path, '--name', 'shop')).toMatchObject({ status: 1, output: message })
  expect(git(path, 'status', '--porcelain')).toBe('')
})

it('leaves nothing behind when it is interrupted', async () => {
  const path = clone('interrupted')
  const child = spawn(process.execPath, ['scripts/init.mjs', '--name', 'shop'], {
    cwd: path,
    stdio: 'ignore',
  })
  const closed = once(child, 'close')
  const scratch = join(path, '.data', `init-${child.pid}`)
  try {
    const isUnderWay = () => existsSync(join(scratch, 'template.json')) || undefined
    await until('the work', isUnderWay, 90_000)
  } finally {
    child.kill('SIGINT')
  }
  expect(await closed).toEqual([130, null])
  expect(existsSync(scratch)).toBe(false)
  expect(git(path, 'status', '--porcelain')).toBe('')
  expect(git(path, 'rev-parse', 'HEAD')).toBe(git(template, 'rev-parse', 'HEAD'))
})
