// `npm run init` in a clone: the clone becomes the service, with its checks passed and a history of its own.
// Slow because the checks take as long as `npm run check`.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cloneOf, commitAll, git, runIn, templateRepository } from '../../support/template.ts'

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

const slowly = { timeout: 600_000 }

it('turns a clone into a service with a history of its own, whose checks pass', slowly, () => {
  const path = clone('shop')
  writeFileSync(join(path, '.env'), 'PORT=4000\n')
  const names = ['--name', '@acme/shop', '--title', 'Acme: books', '--holder', 'Acme']
  const { status, output } = init(path, ...names)
  expect(output).toContain('@acme/shop is ready')
  expect(status).toBe(0)
  expect(git(path, 'status', '--porcelain')).toBe('')
  expect(git(path, 'log', '--format=%s%n%(trailers)').split('\n')).toEqual([
    'Begin @acme/shop',
    expect.stringMatching(/^Template-Version: \d+\.\d+\.\d+$/),
    `Template-Commit: ${git(template, 'rev-parse', 'HEAD')}`,
  ])
  expect(git(path, 'remote', '--verbose')).toContain(`template\t${template} (fetch)`)
  expect(git(path, 'ls-files')).not.toMatch(/^(bench|scripts\/init)/m)
  expect(git(path, 'grep', '-l', '-i', 'contract-first-\\?api').split('\n')).toEqual([
    'docs/THIRD_PARTY.md',
  ])
  // What git ignores stays, and nothing is left of the work.
  expect(existsSync(join(path, '.env'))).toBe(true)
  expect(existsSync(join(path, 'node_modules/vitest'))).toBe(true)
  expect(readdirSync(join(path, '.data')).filter((it) => it.startsWith('init'))).toEqual([])
})

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
