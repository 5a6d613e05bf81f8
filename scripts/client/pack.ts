// `npm run client:pack`: packs the client in `client/` as a tarball for a frontend. openapi-fetch and its
// types are bundled, so the package has no dependencies, installs without a registry, and has the types
// of the version that it was tested with.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import ts from 'typescript'
import { contract } from '../../generated/operations.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFile(join(root, path), 'utf8')
const run = promisify(execFile)

/** The places in the package of the modules that the types import. */
const places: Readonly<Record<string, string>> = {
  './session.ts': './session.js',
  '../generated/openapi.d.ts': './openapi.js',
  'openapi-fetch': './openapi-fetch.js',
  'openapi-typescript-helpers': './openapi-typescript-helpers.js',
}

/**
 * Packs the client into a folder; the version is the contract's.
 * @returns the path of the tarball. @throws Error if the client does not build.
 */
export async function packClient(folder: string): Promise<string> {
  const content = await mkdtemp(join(tmpdir(), 'client-pack-'))
  try {
    for (const [name, text] of Object.entries(await files())) {
      await writeFile(join(content, name), text)
    }
    await mkdir(folder, { recursive: true })
    const command = ['pack', '--json', '--pack-destination', folder]
    const { stdout } = await run('npm', command, { cwd: content })
    const [packed] = JSON.parse(stdout) as { filename: string }[]
    if (packed === undefined) throw new Error('npm packed nothing')
    return join(folder, packed.filename)
  } finally {
    await rm(content, { recursive: true })
  }
}

/** Returns the files of the package by name. */
async function files(): Promise<Record<string, string>> {
  const manifest = JSON.parse(await read('client/package.json')) as { name: string }
  const { name, ...rest } = manifest
  return {
    'package.json': `${JSON.stringify({ name, version: contract.version, ...rest }, null, 2)}\n`,
    'README.md': await read('client/README.md'),
    'index.js': await bundle(),
    'index.d.ts': inPackage(declarations(await read('client/index.ts'))),
    'session.d.ts': inPackage(declarations(await read('client/session.ts'))),
    'openapi.d.ts': await read('generated/openapi.d.ts'),
    'openapi-fetch.d.ts': inPackage(await read('node_modules/openapi-fetch/dist/index.d.mts')),
    'openapi-typescript-helpers.d.ts': inPackage(
      await read('node_modules/openapi-typescript-helpers/dist/index.d.mts'),
    ),
  }
}

/** Returns one module without imports, with the license of the bundled code. */
async function bundle(): Promise<string> {
  const license = await read('node_modules/openapi-fetch/LICENSE')
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['client/index.ts'],
    banner: {
      js: `/*!\nWith openapi-fetch and openapi-typescript-helpers.\n\n${license.trim()}\n*/`,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    logLevel: 'silent',
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error('esbuild wrote nothing')
  return file.text
}

/** Returns the declarations of a module. @throws Error if an export has no explicit type. */
function declarations(source: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(source, {
    fileName: 'index.ts',
    reportDiagnostics: true,
    compilerOptions: { strict: true, target: ts.ScriptTarget.ES2022 },
  })
  const [first] = diagnostics
  if (first) throw new Error(ts.flattenDiagnosticMessageText(first.messageText, '\n'))
  return outputText
}

/** Returns types with the package's own import paths. @throws Error for an import that it lacks. */
function inPackage(types: string): string {
  return types.replace(/(\bfrom )(['"])([^'"]+)\2/g, (_, from, quote, name) => {
    const place = places[name]
    if (place === undefined) throw new Error(`the types of the client refer to ${name}`)
    return `${from}${quote}${place}${quote}`
  })
}

if (import.meta.filename === process.argv[1]) {
  const tarball = await packClient(join(root, 'dist/client'))
  console.log(`packed: npm install ${relative(process.cwd(), tarball)}`)
}
