// What the files of a service would be if it were made today, by the answers of its `template.json`, from some
// version of the template. Two such trees differ in what the template changed, and in nothing else.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const maxBuffer = 2 ** 28

/** The content of `template.json`. */
export interface Origin {
  readonly repository: string
  readonly version: string
  readonly commit: string
  readonly answers: object
}

/**
 * Returns which template the service comes from.
 * @throws Error in a folder that `npm run init` did not make
 */
export async function readOrigin(root: string): Promise<Origin> {
  const path = join(root, 'template.json')
  if (!existsSync(path))
    throw new Error('There is no template.json: npm run init did not make this service')
  return JSON.parse(await readFile(path, 'utf8'))
}

/**
 * Returns the git tree of a service made from a commit of the template, without `generated/`.
 * @param folder an absent one, for the files
 * @throws Error with the output of what fails
 */
export async function serviceTree(root: string, origin: Origin, folder: string): Promise<string> {
  await mkdir(folder)
  const options = {
    cwd: root,
    maxBuffer,
    env: { ...process.env, GIT_INDEX_FILE: `${folder}.index` },
  }
  const git = async (...args: string[]) => (await run('git', args, options)).stdout.trim()
  await git('read-tree', origin.commit)
  await git('checkout-index', '--all', `--prefix=${folder}/`)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const { repository, commit, answers } = origin
  const template = { repository, commit, version: await versionOf(folder) }
  const input = JSON.stringify({ template, answers, onlyFiles: true })
  const script = join(folder, 'scripts/init/make.ts')
  await run(process.execPath, ['--import', 'tsx', script, input], { cwd: folder, maxBuffer })
  await rm(join(folder, 'generated'), { recursive: true })
  await git(`--work-tree=${folder}`, 'add', '--all', '.')
  return git('write-tree')
}

/** Returns the version of the contract in a folder. */
async function versionOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'openapi/openapi.yaml'), 'utf8')
  return /^ {2}version: (\S+)$/m.exec(text)?.[1] ?? ''
}
