// Merges the changes of the template into the service: a cherry-pick, whose conflicts are those that every
// user of git knows, and which `git cherry-pick --abort` takes back.
import { git } from '../contract/git.ts'
import { runQuietly } from '../test/commands.ts'

/**
 * Picks a commit whose parent is the service as the old template made it.
 * @throws Error that lists the conflicts which the user has to resolve
 */
export async function pick(root: string, commit: string): Promise<void> {
  const { ok, output } = await runQuietly(['git', 'cherry-pick', commit], root)
  if (ok) return
  const conflicts = await unmerged(root)
  if (conflicts.length === 0) throw new Error(output)
  const removed = conflicts.filter(([state]) => state === 'DU').map(([, path]) => path)
  if (removed.length > 0) {
    await git(root, 'rm', '--quiet', '--', ...removed)
    console.log(
      `The template changed files that you removed; they stay removed:\n${listed(removed)}`,
    )
  }
  if (conflicts.some(([, path]) => path === lockFile))
    await git(root, 'checkout', '--ours', lockFile)
  await continuePick(root)
}

const lockFile = 'package-lock.json'

/**
 * Makes the commit of a pick that had conflicts.
 * @throws Error that lists the conflicts which are left
 */
export async function continuePick(root: string): Promise<void> {
  const conflicts = (await unmerged(root)).map(([, path]) => path)
  const rest = conflicts.filter((path) => path !== lockFile)
  if (rest.length > 0) throw new Error(`These files have conflicts:\n${listed(rest)}\n\n${advice}`)
  if (conflicts.length > 0) {
    // npm takes what package.json now asks for, and keeps all other versions.
    await run(root, 'npm', 'install', '--package-lock-only', '--no-audit', '--no-fund')
    await git(root, 'add', lockFile)
  }
  if (await isPicking(root)) await git(root, '-c', 'core.editor=true', 'cherry-pick', '--continue')
}

const advice = `Both you and the template changed the marked lines. Edit these files, git add them, then run
  npm run upgrade -- --continue
or take everything back with
  git cherry-pick --abort`

/** Installs the packages, writes `generated/` again, and adds it to the commit. */
export async function finish(root: string): Promise<void> {
  await run(root, process.execPath, 'scripts/bootstrap.mjs', 'scripts/codegen.ts')
  await git(root, 'add', '--update')
  await git(root, 'add', 'generated')
  await git(root, 'commit', '--quiet', '--amend', '--no-edit')
}

/** @throws Error with the output of a command that fails. */
async function run(root: string, ...command: string[]): Promise<void> {
  const { ok, output } = await runQuietly(command, root)
  if (ok) return
  const again = 'When it is fixed, run npm run upgrade -- --continue'
  throw new Error(`${command.join(' ')} failed:\n${output}\n${again}`)
}

/** Returns the state, such as `UU` or `DU`, and the path of each file with a conflict. */
async function unmerged(root: string): Promise<(readonly [state: string, path: string])[]> {
  const status = await git(root, 'status', '--porcelain', '-z', '--no-renames')
  const entries = status.split('\0').map((it) => [it.slice(0, 2), it.slice(3)] as const)
  return entries.filter(([state]) => /U|AA|DD/.test(state))
}

async function isPicking(root: string): Promise<boolean> {
  const { ok } = await runQuietly(
    ['git', 'rev-parse', '--quiet', '--verify', 'CHERRY_PICK_HEAD'],
    root,
  )
  return ok
}

const listed = (paths: readonly string[]) => paths.map((it) => `  ${it}`).join('\n')
