// A copy of the repository in which a command makes its changes first, so that a failure leaves no trace.
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { git } from '../contract/git.ts'
import { filesBelow } from './features.ts'
import { removeFile } from './remove.ts'

export interface Scratch {
  readonly folder: string
  /** Moves every change from the copy to the repository. */
  readonly apply: () => Promise<void>
  readonly remove: () => Promise<void>
}

/** Copies a repository without what git ignores; the copy shares its packages. */
export async function scratchOf(root: string): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'scratch-'))
  const before = await filesOf(root)
  for (const path of before) await cp(join(root, path), join(folder, path))
  for (const path of ['node_modules', 'bench/node_modules']) {
    if (!existsSync(join(root, path)) || !existsSync(dirname(join(folder, path)))) continue
    await symlink(join(root, path), join(folder, path))
  }
  return {
    folder,
    async apply() {
      const after = await filesBelow(folder)
      for (const path of before.filter((it) => !after.includes(it))) await removeFile(root, path)
      for (const path of after) {
        const target = join(root, path)
        if (
          existsSync(target) &&
          (await readFile(target)).equals(await readFile(join(folder, path)))
        )
          continue
        await mkdir(dirname(target), { recursive: true })
        await cp(join(folder, path), target)
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function filesOf(root: string): Promise<string[]> {
  if (!existsSync(join(root, '.git'))) return filesBelow(root)
  const listed = await git(root, 'ls-files', '--cached', '--others', '--exclude-standard', '-z')
  return listed.split('\0').filter((it) => it !== '' && existsSync(join(root, it)))
}
