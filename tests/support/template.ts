// The template as its users find it: a git repository, and clones of it that share the packages of this one.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { root, sources } from './guides.ts'
import { lendPackages } from './lent-packages.ts'

/** Runs git in a folder, as an author whom the machine need not know, and returns its output. */
export function git(cwd: string, ...args: string[]): string {
  const author = [
    '-c',
    'user.name=Ada',
    '-c',
    'user.email=ada@example.com',
    '-c',
    'commit.gpgSign=false',
  ]
  return execFileSync('git', [...author, ...args], { cwd, encoding: 'utf8' }).trim()
}

export function commitAll(cwd: string, message: string): void {
  git(cwd, 'add', '--all')
  git(cwd, 'commit', '--quiet', '--message', message)
}

/** Makes a repository with the files of this one, changed or not. */
export async function templateRepository(path: string): Promise<string> {
  for (const file of await sources()) cpSync(join(root, file), join(path, file))
  git(path, 'init', '--quiet', '--initial-branch=main')
  commitAll(path, 'Template')
  return path
}

/** Clones a repository. The packages are links to those of this one, and seem newer than any lock file. */
export function cloneOf(repository: string, path: string): string {
  execFileSync('git', ['clone', '--quiet', repository, path])
  lendPackages(path)
  return path
}

/** Runs a command in a folder and returns how it ended and what it printed. */
export function runIn(cwd: string, command: string, ...args: string[]) {
  const options = { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 } as const
  const { status, stdout, stderr } = spawnSync(command, args, options)
  return { status, output: stdout + stderr }
}
