// Finds the contract to compare with in the repository's history: that of a ref, or of the newest
// version that is tagged. Runs git and reads; changes nothing.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Document } from '../document.ts'

const cwd = fileURLToPath(new URL('../../../', import.meta.url))
const file = 'generated/openapi.json'
const run = promisify(execFile)

/** The newest tag of the form `v1.2.3` from which HEAD descends; undefined where there is none. */
export async function newestVersionTag(): Promise<string | undefined> {
  // By version, not by date: a fix of an old version may be younger than the newest one.
  const listed = await git('tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-version:refname')
  return listed.split('\n').find((it) => /^v\d+\.\d+\.\d+$/.test(it))
}

/** Whether this clone may lack tags that its origin has: it is shallow, or told to fetch none. */
export async function mayLackTags(): Promise<boolean> {
  if ((await git('rev-parse', '--is-shallow-repository')).trim() === 'true') return true
  const options = await git('config', '--get-regexp', String.raw`^remote\..*\.tagopt$`).catch(
    () => '',
  )
  return options.includes('--no-tags')
}

/**
 * The contract as a ref has it.
 * @throws Error that names the ref, where git does not know it or it has no generated contract.
 */
export async function contractOf(ref: string): Promise<Document> {
  await git('rev-parse', '--git-dir')
  await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch(() => {
    throw new Error(`git knows no commit ${ref}; is it fetched?`)
  })
  // "./" counts from this folder, which need not be the repository's.
  const json = await git('show', `${ref}:./${file}`).catch(() => {
    throw new Error(`${ref} has no ${file} to compare with`)
  })
  return JSON.parse(json) as Document
}

async function git(...args: string[]): Promise<string> {
  try {
    const { stdout } = await run('git', args, { cwd, maxBuffer: 64 * 1024 * 1024 })
    return stdout
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new Error(`git ${args[0]} failed: ${stderr.trim() || message}`)
  }
}
