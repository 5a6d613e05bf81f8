// Finds the contract to compare with in the history of the repository. It only reads.
import { fileURLToPath } from 'node:url'
import type { Document } from '../document.ts'
import { git, newestVersionTag } from '../git.ts'

const cwd = fileURLToPath(new URL('../../../', import.meta.url))
const file = 'generated/openapi.json'

/**
 * Returns the newest version tag, or, before the first one, the commit that last changed `info.version`.
 * @throws Error that says what to do when the history has neither or is incomplete.
 */
export async function findBase(): Promise<string> {
  await git(cwd, 'rev-parse', '--git-dir')
  const hasCommits = await knows('HEAD')
  const tag = hasCommits ? await newestVersionTag(cwd) : undefined
  if (tag !== undefined) return tag
  if (await mayLackTags()) {
    throw new Error(
      'no version tag (v1.2.3) leads to this commit, and this clone was made without all tags.\n' +
        'Fetch them (git fetch --tags --unshallow, or git fetch --tags where that fails), ' +
        'or name a ref: npm run contract:diff main',
    )
  }
  const commit = hasCommits ? await lastVersionChange() : undefined
  if (commit !== undefined) return commit
  throw new Error(
    `nothing to compare with: no commit has ${file}.\n` +
      'Commit openapi/ and generated/ first; the next run compares with that commit.',
  )
}

/** Returns the commit that last changed `info.version`; undefined when none has a contract. */
async function lastVersionChange(): Promise<string | undefined> {
  // A commit that touches a line like the version's may have changed another one, so each is checked.
  const line = '"version": "[0-9]+\\.[0-9]+\\.[0-9]+"'
  const touched = await git(cwd, 'log', '--format=%h', `-G${line}`, '--extended-regexp', '--', file)
  for (const commit of touched.split('\n').filter((it) => it !== '')) {
    const [before, after] = await Promise.all([versionAt(`${commit}^`), versionAt(commit)])
    if (after !== undefined && before !== after) return commit
  }
  return undefined
}

/** Returns `info.version` in a commit; undefined where it has no contract or does not exist. */
async function versionAt(commit: string): Promise<string | undefined> {
  const json = await git(cwd, 'show', `${commit}:./${file}`).catch(() => undefined)
  return json === undefined ? undefined : (JSON.parse(json) as Document).info.version
}

/** Tells whether this clone may lack tags of its origin: it is shallow, or it fetches no tags. */
async function mayLackTags(): Promise<boolean> {
  if ((await git(cwd, 'rev-parse', '--is-shallow-repository')).trim() === 'true') return true
  const options = await git(cwd, 'config', '--get-regexp', String.raw`^remote\..*\.tagopt$`).catch(
    () => '',
  )
  return options.includes('--no-tags')
}

async function knows(ref: string): Promise<boolean> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]
  return git(cwd, ...args).then(
    () => true,
    () => false,
  )
}

/**
 * Returns the contract of a ref.
 * @throws Error that names the ref when git does not know it or it has no generated contract.
 */
export async function contractOf(ref: string): Promise<Document> {
  await git(cwd, 'rev-parse', '--git-dir')
  if (!(await knows(ref))) throw new Error(`git knows no commit ${ref}; is it fetched?`)
  // "./" counts from this folder, which need not be the repository's.
  const json = await git(cwd, 'show', `${ref}:./${file}`).catch(() => {
    throw new Error(`${ref} has no ${file} to compare with`)
  })
  return JSON.parse(json) as Document
}
