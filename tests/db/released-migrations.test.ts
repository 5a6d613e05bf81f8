// A released migration never changes: databases remember its name, not its content.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { git, newestVersionTag } from '../../scripts/contract/git.ts'

// A git hook that runs the tests sets these, and they would lead to the repository of the hook.
for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) delete process.env[name]

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Returns the migrations of the newest version that were edited, renamed or removed since. */
async function changedMigrations(folder: string): Promise<string[]> {
  // A downloaded archive has no history, so nothing is known about releases.
  if (!existsSync(join(folder, '.git'))) return []
  const tag = await newestVersionTag(folder)
  if (tag === undefined) return []
  const args = ['diff', '--name-only', '--no-renames', '--diff-filter=a', tag, '--', 'migrations']
  return (await git(folder, ...args)).split('\n').filter((it) => it !== '')
}

it('leaves the migrations of the newest version as they were released', async () => {
  expect(await changedMigrations(root)).toEqual([])
})

describe('in a repository with a released migration', () => {
  let folder: string
  const path = (name: string) => join(folder, 'migrations', name)
  const commit = async () => {
    const author = ['-c', 'user.name=T', '-c', 'user.email=t@example.com']
    const args = [...author, '-c', 'commit.gpgSign=false', 'commit', '-qam', 'change']
    await promisify(execFile)('git', args, { cwd: folder })
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'released-migrations-'))
    await mkdir(join(folder, 'migrations'))
    await writeFile(path('1_users.ts'), 'export {}\n')
    await git(folder, 'init', '-q')
    await git(folder, 'add', '.')
    await commit()
    await git(folder, '-c', 'tag.gpgSign=false', 'tag', 'v1.0.0')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('accepts a new migration', async () => {
    await writeFile(path('2_notes.ts'), 'export {}\n')
    await git(folder, 'add', '.')
    await commit()
    expect(await changedMigrations(folder)).toEqual([])
  })

  it.each<[string, () => Promise<void>]>([
    ['edited', () => appendFile(path('1_users.ts'), '// more\n')],
    ['removed', () => rm(path('1_users.ts'))],
    ['renamed', () => rename(path('1_users.ts'), path('1_people.ts'))],
  ])('finds a migration that was %s, before and after the commit', async (_, change) => {
    await change()
    expect(await changedMigrations(folder)).toEqual(['migrations/1_users.ts'])
    await git(folder, 'add', '.')
    await commit()
    expect(await changedMigrations(folder)).toEqual(['migrations/1_users.ts'])
  })
})
