// The first commit of a service.
import { execFileSync } from 'node:child_process'
import type { Answers } from './answers.mjs'
import type { Template } from './source.mjs'

/** Makes a repository with one commit that names the template's version, and its remote `template`. */
export function startHistory(
  root: string,
  template: Template,
  { name, holder }: Pick<Answers, 'name' | 'holder'>,
): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' })
  const { version, commit, repository } = template
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', '--no-tags', 'template', repository)
  git('add', '--all')
  const message = `Begin ${name}`
  const trailers = `Template-Version: ${version}\nTemplate-Commit: ${commit}`
  git(...author(git, holder), 'commit', '--quiet', '--no-verify', '-m', message, '-m', trailers)
}

/** Returns the settings of an author, for a git that knows none. */
function author(git: (...args: string[]) => string, holder: string): string[] {
  const settings = ['-c', 'commit.gpgSign=false']
  try {
    git('var', 'GIT_AUTHOR_IDENT')
    return settings
  } catch {
    return [...settings, '-c', `user.name=${holder}`, '-c', 'user.email=init@localhost']
  }
}
