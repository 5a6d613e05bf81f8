// `npm run init` in a clone: the clone becomes the service, with its checks passed and a history of its own.
// Slow because the checks take as long as `npm run check`.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root, sources } from '../../support/guides.ts'

let folder: string
/** A repository with the files of this one, which the clones come from. */
let origin: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-init-'))
  origin = join(folder, 'origin')
  for (const file of await sources()) cpSync(join(root, file), join(origin, file))
  git(origin, 'init', '--quiet')
  git(origin, 'add', '--all')
  git(origin, ...author, 'commit', '--quiet', '-m', 'Template')
})
afterAll(() => rmSync(folder, { recursive: true }))

const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgSign=false']
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, encoding: 'utf8' }).trim()

/** Returns a clone with the packages of this repository. */
function clone(name: string): string {
  const path = join(folder, name)
  git(folder, 'clone', '--quiet', origin, path)
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'))
  // The packages are newer than the lock file, so that nothing is installed.
  utimesSync(join(path, 'package-lock.json'), 0, 0)
  return path
}

function init(cwd: string, ...args: string[]) {
  const options = { cwd, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/init.mjs', ...args],
    options,
  )
  return { status, output: stdout + stderr }
}

it('turns a clone into a service with a history of its own, whose checks pass', {
  timeout: 600_000,
}, () => {
  const path = clone('shop')
  writeFileSync(join(path, '.env'), 'PORT=4000\n')
  const { status, output } = init(
    path,
    '--name',
    '@acme/shop',
    '--title',
    'Acme: books',
    '--holder',
    'Acme',
  )
  expect(output).toContain('@acme/shop is ready')
  expect(status).toBe(0)
  expect(git(path, 'status', '--porcelain')).toBe('')
  expect(git(path, 'log', '--format=%s%n%(trailers)').split('\n')).toEqual([
    'Begin @acme/shop',
    expect.stringMatching(/^Template-Version: \d+\.\d+\.\d+$/),
    `Template-Commit: ${git(origin, 'rev-parse', 'HEAD')}`,
  ])
  expect(git(path, 'remote', '--verbose')).toContain(`template\t${origin} (fetch)`)
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
  git(path, 'add', '--all')
  git(path, ...author, 'commit', '--quiet', '-m', 'Mine')
  const committed = init(path, '--name', 'shop')
  expect(committed).toMatchObject({
    status: 1,
    output: expect.stringContaining('No remote has the commit'),
  })
  expect(git(path, 'status', '--porcelain')).toBe('')
})
