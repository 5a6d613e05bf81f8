// A copy of the repository in which a command makes its changes, so that one that fails or is interrupted
// leaves no trace.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { cp, readdir, rename, rm, rmdir, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const largestOutput = 100_000_000

// A git hook that runs the command sets these, and they would lead to the repository of the hook.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
)
/** Makes a commit possible whatever the machine's settings of git are. */
const anyone = [
  ...['-c', 'user.name=new', '-c', 'user.email=new@localhost'],
  ...['-c', 'commit.gpgSign=false', '-c', 'core.hooksPath=/dev/null'],
]

export interface Scratch {
  readonly path: string
  /** Runs a program in the copy. @throws Error with what it printed, if it fails. */
  readonly run: (program: string, ...args: string[]) => Promise<string>
  /** Returns the paths of the files that differ from the repository. */
  readonly changed: () => Promise<string[]>
  /** Returns the differences as git prints them, without generated files. */
  readonly diff: () => Promise<string>
  /**
   * Puts files into the repository, and deletes those that the copy lacks. Each is whole at any time.
   * @throws Error for a file that has changed since it was copied.
   */
  readonly keep: (paths: readonly string[]) => Promise<void>
}

/** Makes a copy of a repository, without what git ignores, and removes it when `work` has ended. */
export async function inScratch<T>(root: string, work: (scratch: Scratch) => Promise<T>) {
  let path = ''
  const interrupted = () => {
    // Copying may go on in other threads, so that a folder is not empty at first.
    if (path) rmSync(path, { recursive: true, force: true, maxRetries: 10 })
    process.exit(130)
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    path = mkdtempSync(join(tmpdir(), 'new-'))
    const scratch = scratchIn(root, path, Date.now())
    await copyInto(root, path)
    await scratch.run('git', 'init', '-q')
    await scratch.run('git', 'add', '-A')
    await scratch.run('git', ...anyone, 'commit', '-qm', 'before')
    return await work(scratch)
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await rm(path, { recursive: true, force: true })
  }
}

async function copyInto(root: string, path: string) {
  const list = async (...which: string[]) => {
    const options = { cwd: root, env, maxBuffer: largestOutput }
    const { stdout } = await run('git', ['ls-files', '-z', ...which], options).catch((error) => {
      if (!existsSync(join(root, '.git'))) throw new Error('this is no git repository: git init')
      throw error
    })
    return stdout.split('\0').filter(Boolean)
  }
  const gone = new Set(await list('--deleted'))
  for (const file of await list('--cached', '--others', '--exclude-standard')) {
    if (!gone.has(file)) await cp(join(root, file), join(path, file))
  }
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'))
}

function scratchIn(root: string, path: string, copiedAt: number): Scratch {
  const runInCopy = async (program: string, ...args: string[]) => {
    const options = { cwd: path, env, maxBuffer: largestOutput }
    const { stdout } = await run(program, args, options).catch((error) => {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
      throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`)
    })
    return stdout
  }
  const differing = async (...how: string[]) => {
    await runInCopy('git', 'add', '-AN')
    return runInCopy('git', 'diff', ...how)
  }
  return {
    path,
    run: runInCopy,
    changed: async () => {
      const paths = await differing('--name-only', '-z', 'HEAD')
      return paths.split('\0').filter(Boolean)
    },
    diff: () => differing('HEAD', '--', '.', ':!generated'),
    async keep(paths) {
      const isEdited = (file: string) =>
        existsSync(join(root, file)) && statSync(join(root, file)).mtimeMs > copiedAt
      const edited = paths.find(isEdited)
      if (edited) throw new Error(`${edited} has changed meanwhile: run the command again`)
      const target = (file: string) => join(root, `${file}.new`)
      const isKept = (file: string) => existsSync(join(path, file))
      const kept = paths.filter(isKept)
      for (const file of kept) await cp(join(path, file), target(file))
      for (const file of kept) await rename(target(file), join(root, file))
      for (const file of paths) if (!isKept(file)) await removeFile(root, file)
    },
  }
}

/** Deletes a file, and the folders that it leaves empty. */
export async function removeFile(root: string, path: string): Promise<void> {
  await rm(join(root, path), { force: true })
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const full = join(root, folder)
    if (!existsSync(full)) continue
    if ((await readdir(full)).length > 0) return
    await rmdir(full)
  }
}
