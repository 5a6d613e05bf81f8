// Turns generated code that still refers to our sources into a module that imports nothing, so that
// `generated/` runs the same under tsx, vitest and in a build.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Binds what the code imports, relative to the root, into one ES module; the same bytes each time. */
export async function bundleModule(contents: string): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    alias: { 'ajv/dist/runtime/ucs2length': './scripts/contract/code-points.ts' },
    legalComments: 'none',
    // The names of modules stand in the output: relative ones, wherever the packages really are.
    preserveSymlinks: true,
    logLevel: 'silent',
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error('esbuild wrote nothing')
  return file.text
}
