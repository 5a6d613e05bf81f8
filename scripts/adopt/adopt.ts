// Makes a service from a foreign contract. It is written to a scratch folder beside the target, which is
// renamed at the end: an interrupted run leaves no half of a service.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { chmod, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readContract } from '../contract/bundle.ts'
import { type Document, eachOperation } from '../contract/document.ts'
import { placesIn } from '../contract/lint/places.ts'
import { nameOf } from '../contract/try/calls.ts'
import { type Compiled, compileIn } from '../contract/try/compile.ts'
import { supportedPart } from '../contract/try/leave-out.ts'
import { type Results, resultsOf } from '../contract/try/stubs.ts'
import { startHistory } from '../init/history.ts'
import { readTemplate } from '../init/source.mjs'
import { authenticatorsSource } from './authenticators.ts'
import { compositionSource, readme } from './composition.ts'
import { writeContract } from './contract.ts'
import { errorBodiesSource } from './error-bodies.ts'
import { featuresOf, handlersSource } from './features.ts'
import { finish } from './finish.ts'
import { type Names, namesOf } from './names.ts'
import { reportOf } from './report.ts'
import { copyTemplate, write } from './template.ts'
import { featureTest } from './tests.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Wanted {
  /** The contract, in any folder. */
  readonly file: string
  /** The folder of the new service. */
  readonly to: string
  /** The name of its package; from the title of the contract by default. */
  readonly name: string | undefined
}

/**
 * Makes a service.
 * @throws Error that says what is wrong with the contract, the name or the folder; nothing is written then.
 */
export async function adopt({ file, to, name }: Wanted) {
  refuseTarget(to)
  const template = readTemplate(root, { inPlace: false })
  const source = await readContract(file)
  refuseOwners(source, file)
  const names = namesOf(source, name)
  const supported = supportedPart(source, file)
  if (Object.keys(supported.document.paths).length === 0) {
    throw new Error(`no operation of ${file} can be served:\n  ${supported.refused.join('\n  ')}`)
  }
  let report = ''
  await inScratch(to, async (folder) => {
    say('copies the engine and its tools')
    await copyTemplate(root, folder, names)
    say('splits the contract into files, and generates the code')
    const document = await writeContract(supported.document, join(folder, 'openapi'))
    const compiled = await compileIn(folder, document)
    say('writes the stubs and their tests')
    const { results, withoutValue } = stubsOf(compiled)
    report = reportOf(file, supported, withoutValue)
    await writeService(folder, { compiled, results, names, report })
    const { repository, version, commit } = template
    const record = { repository, version, commit }
    await write(folder, 'template.json', `${JSON.stringify(record, null, 2)}\n`)
    say('formats the sources, and collects the words of the contract')
    await finish(root, folder)
    startHistory(folder, template, { name: names.name, holder: names.name })
  })
  return { title: names.title, report }
}

/** Tells the user what happens, which takes half a minute and more. */
const say = (text: string) => console.error(`adopt: ${text}`)

interface Written {
  readonly compiled: Compiled
  readonly results: Results
  readonly names: Names
  readonly report: string
}

/** Writes what depends on the contract. */
async function writeService(folder: string, { compiled, results, names, report }: Written) {
  const features = featuresOf(compiled.document)
  const errorBodies = errorBodiesSource(compiled)
  const composed = { compiled, features, names, hasErrorBodies: errorBodies !== undefined }
  const files: Record<string, string | undefined> = {
    'ADOPTED.md': report,
    'README.md': await readme(composed),
    'src/app.ts': await compositionSource(composed),
    'src/error-bodies.ts': errorBodies,
    'src/features/authenticators.ts': authenticatorsSource(compiled),
  }
  for (const feature of features) {
    const handlers = `src/features/${feature.folder}/handlers.ts`
    files[handlers] = handlersSource(compiled, feature, results)
    const test = `tests/operations/${feature.folder}.test.ts`
    files[test] = await featureTest(compiled, feature, results)
  }
  for (const [path, content] of Object.entries(files)) {
    if (content !== undefined) await write(folder, path, content)
  }
}

/** Returns what the handlers answer, and the operations with a schema that no value was found for. */
function stubsOf(compiled: Compiled) {
  const withoutValue: string[] = []
  const results = resultsOf(compiled, (found, reason) =>
    withoutValue.push(`${nameOf(found)}: ${reason}`),
  )
  return { results, withoutValue }
}

/** @throws Error that names an `x-owner`: only a service that knows its users can find owners. */
function refuseOwners(document: Document, file: string) {
  const found = [...eachOperation(document)].find((it) => it.operation['x-owner'] !== undefined)
  if (found === undefined) return
  const pointer = `#/paths/${found.path.replaceAll('/', '~1')}/${found.method}/x-owner`
  throw new Error(
    `${placesIn(file)(pointer)} an adopted service knows no users who own something: leave x-owner out, or make a service with npm run init`,
  )
}

/** @throws Error for a folder that has files, or that is part of this repository. */
function refuseTarget(to: string) {
  if (existsSync(to) && readdirSync(to).length > 0) {
    throw new Error(`${to} is not empty: name another folder with --to`)
  }
  if (!relative(root, to).startsWith('..')) {
    throw new Error(`${to} is in this repository: name a folder beside it with --to`)
  }
  if (!existsSync(dirname(to))) throw new Error(`${dirname(to)} does not exist`)
}

/** Runs with a new folder that becomes the target. Removes it where that fails or is interrupted. */
async function inScratch(to: string, write: (folder: string) => Promise<void>) {
  let folder = ''
  const interrupted = () => {
    if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    process.exit(1)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, interrupted)
  try {
    folder = mkdtempSync(join(resolve(to, '..'), `.${basename(to)}-`))
    await write(folder)
    await chmod(folder, 0o755)
    if (existsSync(to)) await rmdir(to)
    await rename(folder, to)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  } finally {
    for (const signal of signals) process.off(signal, interrupted)
  }
}
