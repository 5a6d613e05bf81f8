// Reads the contract: Redocly bundles the files of `openapi/`, `expand` completes the document.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Document } from './document.ts'
import { expand } from './expand.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const redoclyCli = join(root, 'node_modules/@redocly/cli/bin/cli.js')
const run = promisify(execFile)

/** Runs Redocly's command line offline. @throws Error with its output where it fails. */
export async function redocly(...args: string[]): Promise<string> {
  const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const options = { cwd: root, env: { ...process.env, ...quiet } }
  try {
    const { stdout, stderr } = await run(process.execPath, [redoclyCli, ...args], options)
    return stdout + stderr
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`redocly ${args[0]} failed:\n${stdout}${stderr}`)
  }
}

interface Options {
  /** Adds what follows from the operations by rule. False for a contract that writes it all. */
  readonly expand?: boolean
}

const main = 'openapi/openapi.yaml'

/**
 * Returns the complete contract as one document.
 * @throws Error with Redocly's message where the contract cannot be read.
 */
export async function readContract(
  source = main,
  { expand: isShort = true }: Options = {},
): Promise<Document> {
  const bundle = await bundleContract(source)
  return isShort ? expand(bundle) : bundle
}

/** Returns the files of a contract as one document, as they are written. @throws as above. */
async function bundleContract(source: string): Promise<Document> {
  return inFolder(async (file) => {
    await redocly('bundle', source, '--output', file)
    return JSON.parse(await readFile(file, 'utf8')) as Document
  })
}

/** Applies Redocly's rules for a complete document. @throws Error that lists what breaks them. */
export async function lintComplete(document: Document): Promise<void> {
  await inFolder(async (file) => {
    await writeFile(file, JSON.stringify(document, null, 2))
    await redocly('lint', file, '--config', 'redocly.complete.yaml')
  })
}

/** Runs with the path of a file in a folder that is removed afterwards. */
async function inFolder<T>(run: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'))
  try {
    return await run(join(folder, 'openapi.json'))
  } finally {
    await rm(folder, { recursive: true })
  }
}
