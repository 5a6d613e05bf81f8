// Compiles rows: the generated files of each in a folder of its own, and one compiler run for all of them.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { generateFiles } from '../../../scripts/codegen.ts'
import type { Document } from '../../../scripts/contract/document.ts'
import { engineErrors, engineWarnings } from '../../../scripts/contract/lint/rules.ts'
import { normalize } from '../../../scripts/contract/normalize.ts'
import { outlineOperations } from '../../../scripts/contract/operations.ts'
import { basePathOf } from '../../../scripts/contract/servers.ts'
import type { Operation, SerializerTable, ValidatorTable } from '../../../src/engine/operation.ts'
import { documentOf } from './document.ts'
import type { Row } from './row.ts'
import { typeTest } from './types.ts'

/** What codegen makes of a row, as the engine takes it. */
export interface Compiled {
  readonly document: Document
  readonly served: object
  readonly basePath: string
  readonly operations: Readonly<Record<string, Operation>>
  readonly validators: ValidatorTable
  readonly serializers: SerializerTable<string>
}

/** Opens a folder in which rows are compiled as in this repository. */
export async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'rows-'))
  for (const name of ['src', 'node_modules']) await symlink(resolve(name), join(folder, name))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n')
  return { folder, remove: () => rm(folder, { recursive: true }) }
}

/** Returns what the lint says of a row. */
export function lintRow(row: Row): string[] {
  return engineErrors(normalize(documentOf(row)))
}

/** Returns what the lint warns of in a row. */
export function warningsOf(row: Row): string[] {
  return engineWarnings(documentOf(row))
}

/** Generates the files of a row below `name`. @throws what codegen throws. */
export async function compileRow(folder: string, name: string, row: Row): Promise<Compiled> {
  const document = normalize(documentOf(row))
  const own = join(folder, name)
  await mkdir(join(own, 'generated'), { recursive: true })
  await symlink(join(folder, 'src'), join(own, 'src'))
  const files = await generateFiles(document)
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(own, 'generated', file), content)
  }
  const operations = outlineOperations(document)
  await writeFile(join(own, 'row.ts'), typeTest(row, Object.values(operations)))
  const load = (file: string) =>
    import(/* @vite-ignore */ pathToFileURL(join(own, 'generated', file)).href)
  const { validators } = await load('validators.js')
  const { serializers } = await load('serializers.js')
  const served = JSON.parse(files['openapi.json'] ?? '')
  return { document, served, basePath: basePathOf(document), operations, validators, serializers }
}

/** Type-checks all rows of a folder. Returns what the compiler prints, by the names of the rows. */
export async function typeErrors(folder: string): Promise<Map<string, string>> {
  const { compilerOptions } = JSON.parse(await readFile('tsconfig.json', 'utf8'))
  const options = { ...compilerOptions, incremental: false, tsBuildInfoFile: undefined, types: [] }
  const config = { compilerOptions: options, include: ['*/row.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = resolve('node_modules/.bin/tsc')
  const output = await promisify(execFile)(tsc, ['--pretty', 'false'], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  )
  const errors = new Map<string, string>()
  for (const message of output.split(/\n(?=\S)/)) {
    if (message === '') continue
    const name = message.split('/')[0] ?? ''
    errors.set(name, `${errors.get(name) ?? ''}${message}\n`)
  }
  return errors
}
