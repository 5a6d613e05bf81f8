// Finds the contract to compare with in the repository's history: that of a ref, or of the newest
// version that is tagged. Runs git and reads; changes nothing.
import { fileURLToPath } from 'node:url'
import type { Document } from '../document.ts'
import { git } from '../git.ts'

const cwd = fileURLToPath(new URL('../../../', import.meta.url))
const file = 'generated/openapi.json'

/** Whether this clone may lack tags that its origin has: it is shallow, or told to fetch none. */
export async function mayLackTags(): Promise<boolean> {
  if ((await git(cwd, 'rev-parse', '--is-shallow-repository')).trim() === 'true') return true
  const options = await git(cwd, 'config', '--get-regexp', String.raw`^remote\..*\.tagopt$`).catch(
    () => '',
  )
  return options.includes('--no-tags')
}

/**
 * The contract as a ref has it.
 * @throws Error that names the ref, where git does not know it or it has no generated contract.
 */
export async function contractOf(ref: string): Promise<Document> {
  await git(cwd, 'rev-parse', '--git-dir')
  await git(cwd, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch(
    () => {
      throw new Error(`git knows no commit ${ref}; is it fetched?`)
    },
  )
  // "./" counts from this folder, which need not be the repository's.
  const json = await git(cwd, 'show', `${ref}:./${file}`).catch(() => {
    throw new Error(`${ref} has no ${file} to compare with`)
  })
  return JSON.parse(json) as Document
}
