// A copy of the repository in which a command makes its changes, so that one that fails leaves no trace.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Scratch {
  readonly path: string
  /** Runs a program of the repository in the copy. @throws Error with what it printed, if it fails. */
  readonly run: (program: string, ...args: string[]) => Promise<string>
  /** Returns the paths of the files that differ from the repository. */
  readonly changed: () => Promise<string[]>
  /** Returns the differences as git prints them. */
  readonly diff: () => Promise<string>
}

/** Makes a copy of a repository, without what git ignores, and removes it when `work` has ended. */
export async function inScratch<T>(root: string, work: (scratch: Scratch) => Promise<T>) {
  const path = await mkdtemp(join(tmpdir(), 'new-'))
  const inCopy = async (program: string, ...args: string[]) => {
    const { stdout } = await run(program, args, { cwd: path, maxBuffer: 1e8 })
    return stdout
  }
  const git = (...args: string[]) => inCopy('git', ...args)
  try {
    const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const { stdout } = await run('git', listed, { cwd: root, maxBuffer: 1e8 })
    for (const file of stdout.split('\0').filter(Boolean)) {
      await cp(join(root, file), join(path, file))
    }
    await symlink(join(root, 'node_modules'), join(path, 'node_modules'))
    await git('init', '-q')
    await git('add', '-A')
    const as = [
      '-c',
      'user.name=new',
      '-c',
      'user.email=new@localhost',
      '-c',
      'commit.gpgSign=false',
    ]
    await git(...as, 'commit', '-qm', 'before')
    const differing = async (...how: string[]) => {
      await git('add', '-AN')
      return git('diff', ...how, 'HEAD')
    }
    return await work({
      path,
      run: inCopy,
      changed: async () => (await differing('--name-only', '-z')).split('\0').filter(Boolean),
      diff: () => differing(),
    })
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}
