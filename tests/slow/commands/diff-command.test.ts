// `npm run contract:diff` as a process, in a repository of its own: which ref it compares with, what it
// prints, and when it fails. `diff.test.ts` and its siblings show what a change means.
// Slow because each case starts git and node.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { missingAnnouncement } from '../../../scripts/contract/diff/announcement.ts'
import type { Change, Class } from '../../../scripts/contract/diff/rule.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const run = promisify(execFile)
let folder: string

/** Neither the person's settings nor the repository whose hook may have started this run. */
const others = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
const env = {
  ...Object.fromEntries(others),
  ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  ...{ GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@example.com' },
  ...{ GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.com' },
}
const git = (...args: string[]) => run('git', args, { cwd: folder, env })

/** All that it prints and its exit code. */
const diffIn = (cwd: string, ...args: string[]) =>
  run(process.execPath, ['--import', 'tsx', 'scripts/contract-diff.ts', ...args], {
    cwd,
    env,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  )
const diff = (...args: string[]) => diffIn(folder, ...args)

async function edit(file: string, before: string, after: string) {
  const content = await readFile(join(folder, file), 'utf8')
  expect(content).toContain(before)
  await writeFile(join(folder, file), content.replace(before, after))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-diff-'))
  const copied = ['openapi', 'generated/openapi.json', 'scripts', 'src']
  for (const it of [...copied, 'package.json', 'redocly.yaml']) {
    await cp(join(root, it), join(folder, it), { recursive: true })
  }
  // A version of its own, whatever the version of the contract is.
  const { info } = JSON.parse(await readFile(join(folder, 'generated/openapi.json'), 'utf8'))
  await edit('openapi/openapi.yaml', `version: ${info.version}`, 'version: 0.1.0')
  await edit('generated/openapi.json', `"version": "${info.version}"`, '"version": "0.1.0"')
  await writeFile(join(folder, 'CHANGELOG.md'), '# Changelog\n\n## [0.1.0]\n\n- The first.\n')
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message=first')
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Clones a repository so that the command runs in the clone. */
async function cloneOf(repository: string, ...how: string[]): Promise<string> {
  const clone = await mkdtemp(join(tmpdir(), 'api-diff-clone-'))
  await git('clone', '--quiet', ...how, `file://${repository}`, clone)
  await mkdir(join(clone, 'src/engine'), { recursive: true })
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'))
  return clone
}

/** Returns the abbreviated name of the newest commit. */
async function headOf(cwd: string): Promise<string> {
  return (await run('git', ['rev-parse', '--short', 'HEAD'], { cwd, env })).stdout.trim()
}

describe('the command', () => {
  beforeEach(() => git('checkout', '--quiet', 'main', '--', '.'))

  const loosenName = () => edit('openapi/components/schemas/DisplayName.yaml', 'minLength: 2', '')
  const requirePicture = () =>
    edit(
      'openapi/components/schemas/UserUpdate.yaml',
      'minProperties: 1',
      'required: [profileImageUrl]',
    )
  const setVersion = (version: string) =>
    edit('openapi/openapi.yaml', 'version: 0.1.0', `version: ${version}`)

  it('compares with the commit that last changed the version, before the first tag', async () => {
    await git('tag', 'vague')
    const first = await headOf(folder)
    const { code, output } = await diff()
    expect(output).toContain(`${first} has 0.1.0, openapi/ has 0.1.0`)
    expect(output).toContain('nothing changed')
    expect(code).toBe(0)
    const clone = await cloneOf(folder)
    const inClone = (...args: string[]) => run('git', args, { cwd: clone, env })
    const commitContract = async (before: string, after: string) => {
      const file = join(clone, 'generated/openapi.json')
      const content = await readFile(file, 'utf8')
      expect(content).toContain(before)
      await writeFile(file, content.replace(before, after))
      await inClone('commit', '--quiet', '--all', '--message=change')
    }
    try {
      await commitContract('"summary": "', '"summary": "In short: ')
      expect((await diffIn(clone)).output).toContain(`${first} has 0.1.0`)
      await commitContract('"version": "0.1.0"', '"version": "0.1.1"')
      const second = await headOf(clone)
      await commitContract('"title": "', '"title": "The ')
      expect((await diffIn(clone)).output).toContain(`${second} has 0.1.1`)
    } finally {
      await rm(clone, { recursive: true })
    }
  })

  it('says what to commit where no commit has a contract', async () => {
    const clone = await cloneOf(folder)
    const inClone = (...args: string[]) => run('git', args, { cwd: clone, env })
    try {
      await rm(join(clone, '.git'), { recursive: true })
      await inClone('init', '--quiet')
      const expected = {
        code: 1,
        output: expect.stringContaining('Commit openapi/ and generated/ first'),
      }
      expect(await diffIn(clone)).toEqual(expected)
      await inClone('commit', '--quiet', '--allow-empty', '--message=empty')
      expect(await diffIn(clone)).toEqual(expected)
    } finally {
      await rm(clone, { recursive: true })
    }
  })

  it.each([
    ['is shallow', ['--depth=1']],
    ['fetches no tags', ['--no-tags']],
  ])('fails where the clone %s, and says how to fix it', async (_, how) => {
    const clone = await cloneOf(folder, ...how)
    try {
      const { code, output } = await diffIn(clone)
      expect(output).toContain('git fetch --tags --unshallow')
      expect(code).toBe(1)
    } finally {
      await rm(clone, { recursive: true })
    }
  })

  it('finds no change, against the newest version that is tagged', async () => {
    for (const tag of ['v0.0.9', 'v0.0.10']) await git('tag', tag)
    const { code, output } = await diff()
    expect(output).toContain('v0.0.10 has 0.1.0, openapi/ has 0.1.0')
    expect(output).toContain('nothing changed')
    expect(code).toBe(0)
  })

  it('fails on a compatible change without a new version', async () => {
    await edit('openapi/paths/health.yaml', 'security:', 'deprecated: true\n  security:')
    const { code, output } = await diff('main')
    expect(output).toContain('compatible (3)\n  getHealth: #/paths/~1health/get/deprecated: true')
    expect(output).toContain('openapi/openapi.yaml: info.version is 0.1.0')
    expect(output).toContain('write version: 0.1.1')
    expect(output).toContain('CHANGELOG.md: write a section "## [0.1.1]"')
    expect(code).toBe(1)
  })

  it('fails on a breaking change without announcement, and tells what each side sees', async () => {
    await loosenName()
    await requirePicture()
    const { code, output } = await diff('main')
    expect(output).toContain(
      '  updateCurrentUser, updateUser: request #/components/schemas/UserUpdate/properties/profileImageUrl: became required\n',
    )
    expect(output).toMatch(
      /breaking .*\n.* response #.components.schemas.DisplayName.minLength: 2 is gone/,
    )
    expect(output).toContain('write version: 0.2.0')
    expect(code).toBe(1)
  })

  it('passes a breaking change that the version and the changelog announce', async () => {
    await requirePicture()
    await setVersion('0.2.0')
    expect(await diff('main')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/announced:\n {2}CHANGELOG.md: write a section "## \[0.2.0\]"/),
    })
    await edit(
      'CHANGELOG.md',
      '## [0.1.0]',
      '## [0.2.0]\n\n- A change needs a picture.\n\n## [0.1.0]',
    )
    const { code, output } = await diff('main')
    expect(output).toContain('the changes are announced')
    expect(code).toBe(0)
  })

  it('says that there is no repository, not that a commit is missing from it', async () => {
    await rename(join(folder, '.git'), join(folder, 'git-elsewhere'))
    const { code, output } = await diff('main')
    await rename(join(folder, 'git-elsewhere'), join(folder, '.git'))
    expect(output).toContain('not a git repository')
    expect(code).toBe(1)
  })

  it.each([
    ['nowhere', 'git knows no commit nowhere'],
    ['--all', 'git knows no commit --all'],
  ])('fails on %s', async (ref, message) => {
    const { code, output } = await diff(ref)
    expect(output).toContain(message)
    expect(code).toBe(1)
  })

  it('fails on a commit that has no generated contract', async () => {
    const { stdout } = await git(
      'commit-tree',
      '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
      '-m',
      'empty',
    )
    const { output } = await diff(stdout.trim())
    expect(output).toContain('has no generated/openapi.json to compare with')
  })
})

describe('an announcement', () => {
  const missing = (worst: Class | undefined, before: string, after: string, changelog = '') => {
    const change = { operationId: '', side: 'operation', at: '', what: '', rule: '' } as const
    const changes: Change[] = worst ? [{ ...change, class: worst }] : []
    return missingAnnouncement(changes, { before, after }, changelog).join('\n')
  }

  it.each([
    ['breaking', '1.2.3', '1.3.0', '2.0.0'],
    ['breaking', '0.2.3', '0.2.4', '0.3.0'],
    ['compatible', '1.2.3', '1.2.4', '1.3.0'],
    ['compatible', '0.2.3', '0.2.3', '0.2.4'],
  ] as const)('of %s changes since %s is not %s but %s', (worst, before, tooLittle, enough) => {
    const entry = `## ${enough}\n\n- It.\n`
    expect(missing(worst, before, tooLittle, entry)).toContain(`write version: ${enough}`)
    expect(missing(worst, before, enough, entry)).toBe('')
    expect(missing(worst, before, '9.0.0', '## 9.0.0\n\n- It.\n')).toBe('')
  })

  it('is needed neither for documentation nor for nothing', () => {
    expect(missing('documentation', '1.2.3', '1.2.3')).toBe('')
    expect(missing(undefined, '1.2.3', '1.2.3')).toBe('')
  })

  it('has a section that says something', () => {
    const empty = '# Changelog\n\n## 2.0.0\n\n## 1.0.0\n\n- It.\n'
    expect(missing('breaking', '1.0.0', '2.0.0', empty)).toContain('write a section "## [2.0.0]"')
    for (const heading of ['## 2.0.0 - 2026-12-01', '## [2.0.0] - 2026-12-01', '## [2.0.0]']) {
      expect(missing('breaking', '1.0.0', '2.0.0', `${heading}\n\n- It.\n`)).toBe('')
    }
  })

  it('never goes back', () => {
    expect(missing('documentation', '1.2.3', '1.2.2')).toContain('1.2.2 is older than 1.2.3')
  })

  it('needs versions of three numbers', () => {
    expect(() => missing('breaking', '1.2.3', '2.0')).toThrow('three numbers, not "2.0"')
  })
})
