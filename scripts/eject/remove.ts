// Removes features from a folder with a service: deletes their own files and takes their lines out of the others.
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { removeFile } from '../new/scratch.ts'
import { runQuietly } from '../test/commands.ts'
import { operationIds, readContractFiles, removeOperations, withoutCodes } from './contract.ts'
import { type Feature, featureNames, filesBelow, readFeature } from './features.ts'
import { mentionsOf } from './mentions.ts'
import { dropMigration, readMigrations, referencesTo, tablesOf } from './migrations.ts'
import type { Removed } from './named.ts'
import { withoutLinesTo } from './pages.ts'
import { problemCode, problemsPage, unusedCodes, withoutSections } from './problems.ts'
import { recordWithout } from './record.ts'
import { removeReferences } from './syntax.ts'

interface Options {
  /** Whether databases have the tables: all, none, or those of these migrations. Such migrations stay. */
  readonly applied: boolean | readonly string[]
  /** False leaves `generated/` as it is. */
  readonly codegen?: boolean
}

export interface Ejection {
  readonly deleted: readonly string[]
  readonly changed: readonly string[]
  readonly created: readonly string[]
  /** Places that refer to a feature and cannot be taken out, as `file:line: text`. */
  readonly left: readonly string[]
  /** Lines that still name a feature, as `file:line: text`. */
  readonly mentions: readonly string[]
}

/**
 * Removes features in a folder and writes `generated/`, unless `codegen` is false. The folder needs
 * `node_modules/`, but no git.
 * @throws Error for an unknown feature, and for one that another one needs, before anything is written.
 */
export async function eject(
  root: string,
  names: readonly string[],
  { applied, codegen = true }: Options,
): Promise<Ejection> {
  const files = await filesBelow(root)
  const known = await featureNames(root, files)
  const unknown = names.find((it) => !known.includes(it))
  if (unknown !== undefined) {
    throw new Error(`there is no feature ${unknown}: the features are ${known.join(', ')}`)
  }
  const features = await Promise.all(names.map((name) => readFeature(root, files, name, known)))
  const migrations = await readMigrations(root, files)
  const own = new Set(features.flatMap((it) => it.files))
  const tables = tablesOf([...migrations].filter(([path]) => own.has(path)).map(([, it]) => it))
  await refuseNeeded(root, names, { files, own, tables, migrations })

  const kept = [...own].filter((it) => migrations.has(it) && isApplied(it, applied))
  for (const path of own) {
    if (path.startsWith('migrations/') && (kept.includes(path) || !migrations.has(path)))
      own.delete(path)
  }
  const edits = await editsOf(root, { files, own, features, tables })
  for (const [path, text] of await recordWithout(root, names)) edits.texts.set(path, text)
  const created: string[] = []
  if (kept.length > 0) {
    const undone = { features: names, migrations: kept, jobs: edits.jobs }
    const [path, text] = dropMigration(undone, files, new Date())
    edits.texts.set(path, text)
    created.push(path)
  }
  await write(root, edits.texts)
  const changed = [...edits.texts].flatMap(([path, text]) => (text === undefined ? [] : [path]))
  await format(root, changed)
  if (codegen) await run(root, [process.execPath, '--import', 'tsx', 'scripts/codegen.ts'])
  const mentions = await mentionsOf(root, await filesBelow(root), names, edits.removed)
  return {
    deleted: [...edits.texts].flatMap(([path, text]) => (text === undefined ? [path] : [])).sort(),
    changed: changed.filter((it) => !created.includes(it)).sort(),
    created,
    left: edits.left,
    mentions,
  }
}

const isApplied = (path: string, applied: Options['applied']) =>
  typeof applied === 'boolean' ? applied : applied.includes(path)

interface Parts {
  readonly files: readonly string[]
  readonly own: ReadonlySet<string>
  readonly tables: ReadonlySet<string>
}

/** @throws Error that names the other features which need one of these. */
async function refuseNeeded(
  root: string,
  names: readonly string[],
  { files, own, tables, migrations }: Parts & { readonly migrations: ReadonlyMap<string, string> },
): Promise<void> {
  const others = new Map([...migrations].filter(([path]) => !own.has(path)))
  const reasons = referencesTo(tables, others)
  for (const path of files) {
    if (!path.startsWith('src/features/') || own.has(path)) continue
    const text = await readFile(join(root, path), 'utf8')
    for (const [, specifier = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
      const target = join(dirname(path), specifier)
      if (own.has(target)) reasons.push(`${path} imports ${target}`)
    }
  }
  if (reasons.length === 0) return
  const needed = [...new Set(reasons)].map((it) => `\n  ${it}`).join('')
  throw new Error(`other features need ${names.join(', ')}: eject them first, or together${needed}`)
}

/** Returns the new text of each file that changes; undefined for one that goes. */
async function editsOf(
  root: string,
  { files, own, features, tables }: Parts & { readonly features: readonly Feature[] },
) {
  const read = (path: string) => readFile(join(root, path), 'utf8')
  const contract = await readContractFiles(root, files)
  const known = operationIds(contract)
  const handlers = features.flatMap((it) => [...it.handlers])
  const change = removeOperations(contract, new Set(handlers.filter((it) => known.has(it))))
  const texts = new Map<string, string | undefined>(change.texts)
  for (const path of own) texts.set(path, undefined)

  const gone = [...texts].flatMap(([path, text]) => (text === undefined ? [path] : []))
  const sources = files.filter((it) => it.startsWith('src/') && !own.has(it))
  const stay = [...contract].filter(([path]) => path !== problemCode && !gone.includes(path))
  const problems = unusedCodes(
    contract.get(problemCode) ?? '',
    await Promise.all(gone.filter((it) => /^(src|openapi)\//.test(it)).map(read)),
    [
      ...stay.map(([path, text]) => texts.get(path) ?? text),
      ...(await Promise.all(sources.map(read))),
    ],
  )
  if (problems.size > 0) {
    texts.set(problemCode, withoutCodes(contract.get(problemCode) ?? '', problems))
    if (files.includes(problemsPage))
      texts.set(problemsPage, withoutSections(await read(problemsPage), problems))
  }
  const paths = new Set([...gone, ...foldersOf(gone, files)])
  for (const path of files.filter((it) => it.endsWith('.md') && !own.has(it))) {
    const before = texts.get(path) ?? (await read(path))
    const text = withoutLinesTo(paths, change.operations, path, before)
    if (text !== before) texts.set(path, text)
  }
  const { components, operations, urls } = change
  const names = new Set(features.map((it) => it.name))
  const removed: Removed = {
    features: names,
    paths,
    operations,
    components,
    urls,
    tables,
    problems,
  }
  const shared = files.filter((it) => !it.startsWith('migrations/'))
  const syntax = removeReferences(root, shared, removed)
  for (const [path, text] of syntax.texts) texts.set(path, text)
  return { texts, removed, left: syntax.left, jobs: syntax.jobs }
}

/** Returns the folders that hold no file once some files are gone. */
function foldersOf(gone: readonly string[], files: readonly string[]): string[] {
  const folders = (paths: readonly string[]) =>
    new Set(
      paths.flatMap((it) =>
        it
          .split('/')
          .slice(0, -1)
          .map((_, at, all) => all.slice(0, at + 1).join('/')),
      ),
    )
  const goneSet = new Set(gone)
  const kept = folders(files.filter((it) => !goneSet.has(it)))
  return [...folders(gone)].filter((it) => !kept.has(it))
}

async function write(root: string, texts: ReadonlyMap<string, string | undefined>): Promise<void> {
  for (const [path, text] of texts) {
    if (text !== undefined) await writeFile(join(root, path), text)
    else await removeFile(root, path)
  }
}

async function format(root: string, changed: readonly string[]): Promise<void> {
  const formatted = changed.filter((it) => /\.(tsx?|mjs|js|json)$/.test(it))
  if (formatted.length > 0) {
    await run(root, ['node_modules/.bin/biome', 'format', '--write', ...formatted])
  }
}

/** @throws Error with the output of a command that fails. */
async function run(root: string, command: readonly string[]): Promise<void> {
  const { ok, output } = await runQuietly(command, root)
  if (!ok) throw new Error(output)
}
