// Bundles generated code with the sources that it imports, so that `generated/` runs the same under
// tsx, under vitest and in a build.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Returns code and what it imports, relative to the root, as one ES module. */
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
    // The output contains the paths of modules; symbolic links must not change them.
    preserveSymlinks: true,
    logLevel: 'silent',
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error('esbuild wrote nothing')
  return file.text
}
