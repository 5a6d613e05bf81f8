// Reads the contract: Redocly puts the files of `openapi/` together into one document.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Document } from './document.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const redoclyCli = join(root, 'node_modules/@redocly/cli/bin/cli.js')
const run = promisify(execFile)

/** Runs Redocly's command offline. @throws Error with what it printed, when it fails. */
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

/** The whole contract as one document. @throws Error with Redocly's words on a broken one. */
export async function bundleContract(source = 'openapi/openapi.yaml'): Promise<Document> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'))
  try {
    const file = join(folder, 'openapi.json')
    await redocly('bundle', source, '--output', file)
    return JSON.parse(await readFile(file, 'utf8')) as Document
  } finally {
    await rm(folder, { recursive: true })
  }
}
