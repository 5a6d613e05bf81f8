// Reads a contract: Redocly bundles its files, `normalize` brings them into one form, and `expand` adds
// what follows from the operations by rule.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  bundle,
  createConfig,
  getLineColLocation,
  type NormalizedProblem,
} from '@redocly/openapi-core'
import type { Document } from './document.ts'
import { expand, isShort } from './expand.ts'
import { typeExtension } from './extensions.ts'
import { placesIn } from './lint/places.ts'
import { normalize } from './normalize.ts'
import { type StructureError, structureErrors, swaggerErrors } from './structure.ts'
import { upgradeDocument } from './upgrade.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const redoclyCli = join(root, 'node_modules/@redocly/cli/bin/cli.js')
const run = promisify(execFile)

/** Runs Redocly's command line offline. @throws Error with its output where it fails. */
export async function redocly(...args: string[]): Promise<string> {
  const { ok, stdout, stderr } = await runRedocly(args)
  if (!ok) throw new Error(`redocly ${args[0]} failed:\n${stdout}${stderr}`)
  return stdout + stderr
}

async function runRedocly(args: readonly string[]) {
  const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const options = { cwd: root, env: { ...process.env, ...quiet } }
  try {
    return { ok: true, ...(await run(process.execPath, [redoclyCli, ...args], options)) }
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    return { ok: false, stdout, stderr }
  }
}

interface Options {
  /** Whether to add what follows from the operations by rule; by default, where the contract leaves it out. */
  readonly expand?: boolean
}

/** The file in which the contract begins. */
export const main = join(root, 'openapi/openapi.yaml')

/**
 * Returns the complete contract as one document, which may be in any folder, as YAML or JSON.
 * @throws Error that lists what cannot be read, with places in the files.
 */
export async function readContract(source = main, options: Options = {}): Promise<Document> {
  const document = await prepareContract(await bundleContract(source), placesIn(source))
  return (options.expand ?? isShort(document)) ? expand(document) : document
}

/**
 * Returns a document of one file as the generators read it.
 * @throws Error that lists where it is not OpenAPI.
 */
export async function prepareContract(
  source: object,
  placeOf = (pointer: string, _isWritten?: boolean) => pointer,
): Promise<Document> {
  if ('swagger' in source) {
    const wrong = await swaggerErrors(source)
    if (wrong.length > 0) throw unreadable(wrong, (it) => placeOf(it, true))
  }
  const document = upgradeDocument(source)
  const errors = await structureErrors(document)
  if (errors.length > 0) throw unreadable(errors, placeOf)
  return normalize(document as Document)
}

/** Returns the files of a contract as one document. @throws as above. */
async function bundleContract(source: string): Promise<object> {
  const { bundle: one, problems } = await bundle({
    ref: resolve(source),
    config: await bundling,
  }).catch((error: Error) => {
    throw cannotBeRead([`${placeOfError(error, source)} ${withoutPlace(error.message)} (struct)`])
  })
  if (problems.length === 0) return one.parsed as object
  // A file that is no YAML is told once, not at each reference to it.
  const broken = problems.filter(isBroken).map(({ message }) => message.slice(brokenFile.length))
  const told = problems.filter(({ message }) => !broken.some((it) => message.endsWith(`: ${it}`)))
  throw cannotBeRead([...problems.filter(isBroken), ...told].map(lineOf))
}

const brokenFile = 'Failed to parse: '
const isBroken = ({ message }: NormalizedProblem) => message.startsWith(brokenFile)

/** Returns where a file that Redocly cannot read is wrong; it says no place but that of broken YAML. */
function placeOfError(error: Error, source: string): string {
  const { line, col } = 'line' in error && 'col' in error ? error : { line: 1, col: 1 }
  return `${relative('', source)}:${line}:${col}`
}

/** Removes the place that the parser of YAML writes at the end of its message. */
const withoutPlace = (message: string) => message.replace(/ in ".*" \(\d+:\d+\)$/, '')

function lineOf({ message, ruleId, location: [first] }: NormalizedProblem): string {
  if (first === undefined) return `${withoutPlace(message)} (${ruleId})`
  const { start } = getLineColLocation(first)
  const file = relative('', first.source.absoluteRef)
  return `${file}:${start.line}:${start.col} ${withoutPlace(message)} (${ruleId})`
}

const bundling = createConfig({ plugins: [{ id: 'engine', typeExtension }] })

function unreadable(errors: readonly StructureError[], placeOf: (pointer: string) => string) {
  return cannotBeRead(errors.map((it) => `${placeOf(it.pointer)} ${it.message} (${it.rule})`))
}

const cannotBeRead = (lines: readonly string[]) =>
  new Error(`The contract cannot be read:\n  ${[...new Set(lines)].join('\n  ')}`)

/** Returns what breaks Redocly's rules for a complete document, with places in `openapi/`. @throws as above. */
export async function lintComplete(document: Document): Promise<string[]> {
  const { stdout, stderr } = await inFolder(async (file) => {
    await writeFile(file, JSON.stringify(document))
    return runRedocly(['lint', file, '--config', 'redocly.complete.yaml', '--format', 'json'])
  })
  if (!stdout.startsWith('{')) throw new Error(`redocly lint failed:\n${stdout}${stderr}`)
  const { problems } = JSON.parse(stdout) as { problems: Problem[] }
  const placeOf = placesIn(main)
  const lines = problems.map(({ ruleId, message, location: [place] }) => {
    return `${placeOf(place?.pointer ?? '#/')} ${message} (${ruleId})`
  })
  return [...new Set(lines)]
}

interface Problem {
  readonly ruleId: string
  readonly message: string
  readonly location: readonly { readonly pointer?: string }[]
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
