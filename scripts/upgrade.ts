// `npm run upgrade`: brings what the template has changed, since this service was made or last upgraded, into
// this service as one commit. docs/upgrading.md says what to expect.
//   npm run upgrade [-- <commit, branch or tag of the template>]
//   npm run upgrade -- --continue     after conflicts
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { git } from './contract/git.ts'
import { continuePick, finish, pick } from './upgrade/pick.ts'
import { readOrigin, serviceTree } from './upgrade/trees.ts'

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

async function upgrade(ref: string): Promise<void> {
  const old = await readOrigin(root)
  const changes = await git(root, 'status', '--porcelain')
  if (changes !== '') throw new Error(`Commit or stash your changes first:\n${changes}`)
  const commit = await fetchTemplate(old.repository, ref)
  await git(root, 'cat-file', '-e', `${old.commit}^{commit}`)
  if (commit === old.commit) return console.log('This service has all of the template.')
  const folder = await mkdtemp(join(tmpdir(), 'upgrade-'))
  try {
    console.log(`Compares ${short(old.commit)} of the template with ${short(commit)}`)
    const before = await serviceTree(root, old, join(folder, 'old'))
    const after = await serviceTree(root, { ...old, commit }, join(folder, 'new'))
    const parent = await git(root, 'commit-tree', before, '-m', 'Template')
    const message = `Upgrade the template to ${short(commit)}\n\nTemplate-Commit: ${commit}`
    const made = await git(root, 'commit-tree', after, '-p', parent.trim(), '-m', message)
    await pick(root, made.trim())
  } finally {
    await rm(folder, { recursive: true })
  }
  await finish(root)
  await describeChanges(old.commit, commit)
}

/** Returns a commit of the template: of its remote, if this clone has it, else of its recorded repository. */
async function fetchTemplate(repository: string, ref: string): Promise<string> {
  const remotes = (await git(root, 'remote')).split('\n')
  const source = remotes.includes('template') ? 'template' : repository
  await git(root, 'fetch', '--quiet', '--no-tags', source, ref)
  return (await git(root, 'rev-parse', 'FETCH_HEAD')).trim()
}

const short = (commit: string) => commit.slice(0, 12)

/** Prints what the changelog of the template says of the changes. */
async function describeChanges(from: string, to: string): Promise<void> {
  const diff = await git(root, 'diff', '--unified=0', from, to, '--', 'CHANGELOG.md')
  const added = diff.split('\n').filter((it) => /^\+(?!\+\+)/.test(it))
  console.log('\nThe template is upgraded. Next: npm test')
  if (added.length > 0)
    console.log(`Its changelog says:\n${added.map((it) => it.slice(1)).join('\n')}`)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { continue: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  if (!values.continue) return upgrade(positionals[0] ?? 'HEAD')
  await continuePick(root)
  await finish(root)
  console.log('The template is upgraded. Next: npm test')
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
