// `npm run codegen`: the contract in `openapi/` becomes everything in `generated/`. The same
// contract gives the same bytes; `--check` writes nothing and fails where a file is stale.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTypescript, { astToString } from 'openapi-typescript'
import { generateAlerts } from './contract/alerts.ts'
import { main, readContract } from './contract/bundle.ts'
import { generateDashboard } from './contract/dashboard.ts'
import { byDirection, withMarkers } from './contract/directions.ts'
import type { Document } from './contract/document.ts'
import { editorFiles } from './contract/editor.ts'
import { engineErrors, engineWarnings } from './contract/lint/rules.ts'
import { restoreIds } from './contract/operation-ids.ts'
import { generateTypes } from './contract/operation-types.ts'
import { generateOperations, outlineOperations } from './contract/operations.ts'
import { generatedPages } from './contract/pages.ts'
import { generateSerializers } from './contract/serializers.ts'
import { servedDocument } from './contract/served.ts'
import { typedDocument } from './contract/typed.ts'
import { generateValidators } from './contract/validators.ts'

const folder = fileURLToPath(new URL('../generated/', import.meta.url))

/**
 * Returns all generated files by name.
 * @throws Error that lists what the engine does not support, with places in the source file, if there is one.
 */
export async function generate(
  document: Document,
  source?: string,
): Promise<Record<string, string>> {
  const errors = engineErrors(document, source)
  if (errors.length > 0) {
    throw new Error(`The engine does not support this contract:\n  ${errors.join('\n  ')}`)
  }
  return generateFiles(document)
}

/** Returns all generated files by name, of a contract that breaks no rule. */
export async function generateFiles(document: Document): Promise<Record<string, string>> {
  const served = servedDocument(document)
  const hasMarkers = /"(readOnly|writeOnly)":true/.test(JSON.stringify(served))
  const types = await typesOf(hasMarkers ? withMarkers(served) : served, hasMarkers)
  const handled = byDirection(document, 'types')
  const validated = byDirection(document, 'validators')
  // Handlers return plain values, where clients are told which members are read-only.
  const isOwn = handled !== document || hasMarkers
  restoreIds(served)
  const operations = outlineOperations(document)
  return {
    'openapi.json': `${JSON.stringify(served, null, 2)}\n`,
    'openapi.d.ts': types,
    ...(isOwn && { 'handlers.d.ts': await typesOf(handled) }),
    'operations.ts': generateOperations(document),
    'alerts.yaml': generateAlerts(operations),
    'dashboard.json': generateDashboard(document.info.title, operations),
    'types.d.ts': generateTypes(handled, isOwn ? 'handlers' : 'openapi'),
    'validators.js': await generateValidators(validated),
    'validators.d.ts': validatorTypes,
    'serializers.js': await generateSerializers(validated),
    'serializers.d.ts': serializerTypes,
  }
}

/** Returns the types of a document. Clients may leave out what has a default. */
async function typesOf(document: Document, readWriteMarkers = false): Promise<string> {
  const types = await openapiTypescript(JSON.stringify(typedDocument(document)), {
    immutable: false,
    emptyObjectsUnknown: true,
    defaultNonNullable: false,
    readWriteMarkers,
  })
  return astToString(types)
}

const validatorTypes = `import type { ValidatorsOf } from '../src/engine/operation.ts'
import type { operations } from './operations.ts'

export declare const validators: ValidatorsOf<typeof operations>
`

const serializerTypes = `import type { Serializer, SerializerTable } from '../src/engine/operation.ts'
import type { operations } from './operations.ts'

export declare const serializers: SerializerTable<keyof typeof operations>
export declare const serializeProblem: Serializer
`

/** Returns the files of our own contract by name, and the names of those that are stale. */
export async function staleFiles() {
  const document = await readContract()
  const files = await generate(document, main)
  const pages = await generatedPages(`${folder}../docs`)
  for (const [name, content] of Object.entries(pages)) files[`../docs/${name}`] = content
  for (const [name, content] of Object.entries(editorFiles())) files[`editor/${name}`] = content
  const options = { recursive: true, withFileTypes: true } as const
  const entries = await readdir(folder, options).catch(() => [])
  const present = entries
    .filter((it) => it.isFile())
    .map((it) => relative(folder, join(it.parentPath, it.name)))
  // Left by an earlier codegen, which wrote files of other names.
  const superfluous = present.filter((name) => !Object.hasOwn(files, name))
  const changed: string[] = []
  for (const [name, content] of Object.entries(files)) {
    const current = await readFile(folder + name, 'utf8').catch(() => undefined)
    if (current !== content) changed.push(name)
  }
  return { document, files, superfluous, changed }
}

async function run() {
  const { document, files, superfluous, changed } = await staleFiles()
  for (const line of engineWarnings(document, main)) console.warn(line)
  const stale = [...superfluous, ...changed]
  if (stale.length === 0) return console.log('generated/ is up to date')
  if (process.argv.includes('--check')) {
    throw new Error(`generated/ is stale (${stale.join(', ')}): run npm run codegen and commit it`)
  }
  await mkdir(`${folder}editor`, { recursive: true })
  await Promise.all(superfluous.map((name) => rm(folder + name)))
  await Promise.all(changed.map((name) => writeFile(folder + name, files[name] ?? '')))
  console.log(`written: ${stale.join(', ')}`)
}

if (import.meta.filename === process.argv[1]) {
  run().catch((error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
