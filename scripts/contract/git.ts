// Reads the history of a repository with git.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const maxBuffer = 64 * 1024 * 1024

/**
 * Runs git in a folder and resolves with its output.
 * @throws Error with what git wrote to stderr.
 */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run('git', args, { cwd, maxBuffer })
    return stdout
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new Error(`git ${args[0]} failed: ${stderr.trim() || message}`)
  }
}

/** Returns the newest tag of the form `v1.2.3` that HEAD descends from; undefined without one. */
export async function newestVersionTag(cwd: string): Promise<string | undefined> {
  // By version, not by date: a fix of an old version may be later than the newest version.
  const args = ['tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-version:refname']
  const tags = (await git(cwd, ...args)).split('\n')
  return tags.find((it) => /^v\d+\.\d+\.\d+$/.test(it))
}
