// Compiles contracts other than this service's own, in a folder of their own, as this repository compiles its own.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type {
  Operation,
  SecurityScheme,
  SerializerTable,
  ValidatorTable,
} from '../../../src/engine/operation.ts'
import { basePathOf } from '../../../src/engine/servers.ts'
import { generateFiles } from '../../codegen.ts'
import type { Document } from '../document.ts'
import { outlineOperations } from '../operations.ts'
import { outlineSchemes } from '../security.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** What codegen makes of a contract, as the engine takes it. */
export interface Compiled {
  readonly document: Document
  readonly served: object
  readonly basePath: string
  readonly operations: Readonly<Record<string, Operation>>
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
  readonly validators: ValidatorTable
  readonly serializers: SerializerTable<string>
}

/** Opens a folder for contracts, with the engine and the packages of this repository. */
export async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'contracts-'))
  for (const name of ['src', 'node_modules']) await symlink(join(root, name), join(folder, name))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n')
  return { folder, remove: () => rm(folder, { recursive: true }) }
}

/** A contract, and the folder that its generated files are in. */
export type CompiledIn = Compiled & { readonly folder: string }

/** Compiles a contract in `<folder>/<name>`, beside the sources. @throws what codegen throws. */
export async function compileContract(
  folder: string,
  name: string,
  document: Document,
): Promise<CompiledIn> {
  const own = join(folder, name)
  await mkdir(own)
  await symlink(join(folder, 'src'), join(own, 'src'))
  return { folder: own, ...(await compileIn(own, document)) }
}

/** Writes the generated files of a contract to `<folder>/generated`, and loads them. @throws as above. */
export async function compileIn(own: string, document: Document): Promise<Compiled> {
  await mkdir(join(own, 'generated'), { recursive: true })
  const files = await generateFiles(document)
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(own, 'generated', file), content)
  }
  const load = (file: string) =>
    import(/* @vite-ignore */ pathToFileURL(join(own, 'generated', file)).href)
  const { validators } = await load('validators.js')
  const { serializers } = await load('serializers.js')
  const operations = outlineOperations(document)
  const served = JSON.parse(files['openapi.json'] ?? '')
  const basePath = basePathOf(document)
  const securitySchemes = outlineSchemes(document)
  const compiled = { operations, securitySchemes, validators, serializers }
  return { document, served, basePath, ...compiled }
}

/** Type-checks the file of this name of each contract. Returns what the compiler prints, by contract. */
export async function typeErrors(folder: string, file: string): Promise<Map<string, string>> {
  const { compilerOptions } = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8'))
  const options = { ...compilerOptions, incremental: false, tsBuildInfoFile: undefined, types: [] }
  const config = { compilerOptions: options, include: [`*/${file}`] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, 'node_modules/.bin/tsc')
  const limits = { cwd: folder, maxBuffer: 2 ** 28 }
  const output = await promisify(execFile)(tsc, ['--pretty', 'false'], limits).then(
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

/** Returns a value as TypeScript. */
export function literal(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (value instanceof Uint8Array) return 'new Uint8Array()'
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, it]) => `${JSON.stringify(key)}: ${literal(it)}`)
  return `{ ${members.join(', ')} }`
}
