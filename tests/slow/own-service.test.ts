// The first block of README.md, in an empty folder, as a reader types it: it ends with the tests of a new
// service, all green. Its packages are installed as a reader installs them, from npm's cache where it has them.
// Then its team changes it, and `npm run upgrade` brings what a newer template has.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parsePage, root } from '../support/guides.ts'
import { seemCurrent } from '../support/lent-packages.ts'
import { commitAll, git, runIn, templateRepository } from '../support/template.ts'

let folder: string
let template: string
let service: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-own-service-'))
  template = await templateRepository(join(folder, 'template'))
  service = join(folder, 'library')
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = (path: string) => readFileSync(join(service, path), 'utf8')
const upgrade = (...args: string[]) => runIn(service, 'npm', 'run', 'upgrade', '--', ...args)

/** Changes a file in one of the two repositories. */
function change(repository: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(repository, path), 'utf8')
  expect(text, path).toContain(from)
  writeFileSync(join(repository, path), text.replace(from, to))
}

it('the README makes a service of its own, whose tests pass', { timeout: 3_600_000 }, () => {
  const page = parsePage('README.md', readFileSync(join(root, 'README.md'), 'utf8'))
  const block = page.blocks.find((it) => it.path === 'tests/slow/own-service.test.ts')
  const commands = block?.text.trim().split('\n') ?? []
  // bash prints the seconds of each command to stderr.
  const lines = ["TIMEFORMAT='took %0R s'", ...commands.map((it) => `time ${it}`)]
  // What git ignores is the reader's own, and has to stay.
  lines.splice(3, 0, 'echo LOG_LEVEL=warn > .env')
  const bash = ['--norc', '-euo', 'pipefail', '-c', lines.join('\n')]
  const { status, stdout, stderr } = spawnSync('bash', bash, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, template, npm_config_prefer_offline: 'true' },
  })
  expect(status, `${stdout}${stderr}`).toBe(0)
  const times = stderr.match(/^took \d+ s$/gm) ?? []
  console.log(commands.map((it, index) => `${times[index]}: ${it}`).join('\n'))
  expect(times).toHaveLength(commands.length)

  const contract = JSON.parse(read('generated/openapi.json'))
  expect(contract.info.title).toBe('Library')
  expect(Object.keys(contract.paths).join()).not.toContain('posts')
  const { parameters } = contract.paths['/users/{username}/books'].get
  const names = parameters.map((it: { $ref: string }) => it.$ref.split('/').at(-1))
  expect(names).toEqual(expect.arrayContaining(['BookGenre', 'BookSort', 'BookSearch']))
})

it('npm run init makes a service with a history of its own, whose checks have passed', () => {
  expect(git(service, 'log', '--format=%s%n%(trailers)').split('\n')).toEqual([
    'Begin library',
    expect.stringMatching(/^Template-Version: \d+\.\d+\.\d+$/),
    `Template-Commit: ${git(template, 'rev-parse', 'HEAD')}`,
  ])
  expect(git(service, 'remote', '--verbose')).toContain(`template\t${template} (fetch)`)
  expect(git(service, 'ls-files')).not.toMatch(/^(bench|scripts\/init|src\/features\/posts)/m)
  const naming = git(service, 'grep', '-l', '-i', 'contract-first-\\?api').split('\n')
  expect(naming).toEqual(['docs/THIRD_PARTY.md'])
  expect(read('.env')).toBe('LOG_LEVEL=warn\n')
  expect(readdirSync(join(service, '.data')).filter((it) => it.startsWith('init'))).toEqual([])
})

it('takes what the template changed, and keeps what the team changed', { timeout: 300_000 }, () => {
  seemCurrent(service)
  git(service, 'config', 'user.name', 'Ada')
  git(service, 'config', 'user.email', 'ada@example.com')
  change(service, 'src/config/names.ts', '// The names', '// Our names')
  change(service, 'src/engine/urls.ts', '\nexport', '\n// Ours.\nexport')
  change(
    service,
    'openapi/openapi.yaml',
    '  - name: Health\n',
    '  - name: Health\n    x-ours: true\n',
  )
  change(service, 'package.json', '"yaml": ', '"xdg-basedir": "5.1.0",\n    "yaml": ')
  rmSync(join(service, 'docs/jobs.md'))
  commitAll(service, 'Ours')

  change(template, 'src/engine/urls.ts', '// ', '// Newer: ')
  change(template, 'src/config/auth.ts', '// The variables', '// All variables')
  writeFileSync(
    join(template, 'src/engine/newer.ts'),
    "export const newer = 'contract-first-api'\n",
  )
  change(template, 'src/features/posts/handlers.ts', '// ', '// Newer: ')
  change(template, 'docs/jobs.md', '# ', '# Newer: ')
  change(template, 'openapi/paths/health.yaml', 'summary: ', 'summary: Newer. ')
  change(template, 'package.json', '"ajv": ', '"ajv-newer": "npm:ajv@8.20.0",\n    "ajv": ')
  change(template, 'CHANGELOG.md', '## [Unreleased]\n', '## [Unreleased]\n\n- Newer things.\n')
  commitAll(template, 'Newer')

  const { status, output } = upgrade()
  expect(output).toContain('they stay removed:\n  docs/jobs.md\n')
  expect(output).toContain('- Newer things.\n')
  expect(status).toBe(0)
  expect(git(service, 'status', '--porcelain')).toBe('')
  expect(JSON.parse(read('template.json')).commit).toBe(git(template, 'rev-parse', 'HEAD'))
  expect(read('src/config/names.ts')).toContain('// Our names')
  expect(read('src/engine/urls.ts')).toMatch(/\/\/ Newer: [\s\S]*\n\/\/ Ours\.\n/)
  expect(read('src/config/auth.ts')).toContain('// All variables')
  expect(read('src/engine/newer.ts')).toBe("export const newer = 'library'\n")
  expect(read('openapi/openapi.yaml')).toContain('    x-ours: true\n')
  expect(JSON.parse(read('generated/openapi.json')).paths['/health'].get.summary).toMatch(/^Newer/)
  expect(JSON.parse(read('package.json'))).toMatchObject({
    dependencies: { 'xdg-basedir': '5.1.0' },
    devDependencies: { 'ajv-newer': 'npm:ajv@8.20.0' },
  })
  for (const path of ['docs/jobs.md', 'src/features/posts', 'bench']) {
    expect(existsSync(join(service, path)), path).toBe(false)
  }
  const touched = [
    'tests/config.test.ts',
    'tests/operations/health.test.ts',
    'tests/contract/served-document.test.ts',
  ]
  const tests = runIn(service, 'npm', 'test', '--', ...touched)
  expect(tests.output).toContain('3 passed')
  expect(tests.status).toBe(0)
})

it('says when there is nothing newer', () => {
  const message = expect.stringContaining('This service has all of the template.')
  expect(upgrade()).toMatchObject({ status: 0, output: message })
})

it('stops where both changed the same lines, and goes on when they are edited', {
  timeout: 300_000,
}, () => {
  change(template, 'src/config/names.ts', '// The names', '// Newer names')
  commitAll(template, 'Newest')
  const { status, output } = upgrade()
  expect(output).toMatch(/These files have conflicts:\n {2}src\/config\/names.ts\n/)
  expect(output).toContain('npm run upgrade -- --continue')
  expect(status).toBe(1)
  expect(read('src/config/names.ts')).toMatch(/^<<<<<<< HEAD\n\/\/ Our names/)
  expect(upgrade('--continue').output).toContain('These files have conflicts')

  const resolved = read('src/config/names.ts').replace(
    /<<<<<<<[\s\S]*>>>>>>>.*\n/,
    '// Our newer names.\n',
  )
  writeFileSync(join(service, 'src/config/names.ts'), resolved)
  git(service, 'add', 'src/config/names.ts')
  expect(upgrade('--continue')).toMatchObject({ status: 0 })
  expect(git(service, 'status', '--porcelain')).toBe('')
  expect(git(service, 'log', '--max-count=1', '--format=%s')).toMatch(/^Upgrade the template to/)
  expect(JSON.parse(read('template.json')).commit).toBe(git(template, 'rev-parse', 'HEAD'))
})

it('leaves a service alone that has changes', () => {
  writeFileSync(join(service, 'notes.txt'), 'mine')
  expect(upgrade()).toMatchObject({ status: 1, output: expect.stringContaining('?? notes.txt') })
})
