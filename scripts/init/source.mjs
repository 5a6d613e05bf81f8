// The clone of the template that a service is made from.
import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './answers.mjs'

/**
 * @typedef {object} Template what `template.json` records of it
 * @property {string} repository where improvements come from: a URL, or the folder of this clone
 * @property {string} version
 * @property {string} commit
 */
/** @typedef {Template & { root: string, files: string[] }} Clone with the files that git tracks */

/**
 * Returns what a service is made from.
 * @param {string} root
 * @param {{ inPlace: boolean }} options whether the clone itself becomes the service
 * @returns {Clone}
 * @throws UsageError for a folder that is no clone, has changes, or must not be replaced
 */
export function readTemplate(root, { inPlace }) {
  const top = git(root, 'rev-parse', '--show-toplevel')
  if (top === undefined || realpathSync(top) !== realpathSync(root)) {
    throw new UsageError(
      'This folder is no git clone, and upgrades need one: clone the template with git.',
    )
  }
  const changes = git(root, 'status', '--porcelain')
  if (changes) {
    const list = changes.split('\n').slice(0, 10).join('\n')
    throw new UsageError(
      `The clone has changes that are not committed:\n${list}\nCommit them or git stash -u.`,
    )
  }
  const remote = remoteUrl(root)
  if (inPlace && git(root, 'rev-parse', '--git-dir') !== '.git') {
    throw new UsageError('This is a linked worktree: use --to <folder>.')
  }
  if (inPlace && remote === undefined) {
    throw new UsageError(
      'No remote has the commit that is checked out, and init replaces the history of this clone.\n' +
        'Use --to <folder> to keep the clone.',
    )
  }
  return {
    root,
    files: (git(root, 'ls-files', '-z') ?? '').split('\0').filter((it) => it !== ''),
    repository: remote ?? root,
    version:
      /^ {2}version: (\S+)$/m.exec(readFileSync(join(root, 'openapi/openapi.yaml'), 'utf8'))?.[1] ??
      '',
    commit: git(root, 'rev-parse', 'HEAD') ?? '',
  }
}

/**
 * Returns the URL of a remote that has the commit which is checked out.
 * @param {string} root
 */
function remoteUrl(root) {
  const branches = git(
    root,
    'branch',
    '--remotes',
    '--contains',
    'HEAD',
    '--format=%(refname:short)',
  )
  const [branch] = branches?.split('\n').filter((it) => it !== '') ?? []
  const remotes = git(root, 'remote')?.split('\n') ?? []
  const name = remotes.find((it) => branch?.startsWith(`${it}/`))
  return name === undefined ? undefined : git(root, 'remote', 'get-url', name)
}

/**
 * Returns the output of git, or undefined where it fails.
 * @param {string} cwd
 * @param {string[]} args
 */
function git(cwd, ...args) {
  try {
    return execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    }).trimEnd()
  } catch {
    return undefined
  }
}
