// Bundles the product as JavaScript, because a process that compiles TypeScript takes two seconds to start.
import { existsSync } from 'node:fs'
import { cp, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles entry points into `dist/src` of a folder, together with the files that they read.
 * @param source the folder with `src` and `migrations`
 * @param entries the entry points by their names in `dist/src`
 */
export async function bundleProduct(
  folder: string,
  source: string,
  entries: Readonly<Record<string, string>>,
): Promise<void> {
  const migrations = join(folder, 'migrations')
  if (!existsSync(migrations)) await cp(join(source, 'migrations'), migrations, { recursive: true })
  const packages = join(folder, 'node_modules')
  if (!existsSync(packages)) await symlink(resolve('node_modules'), packages)
  const thread = { 'heartbeat-thread': join(source, 'src/jobs/heartbeat-thread.ts') }
  const outdir = join(folder, 'dist/src')
  await build({
    entryPoints: { ...thread, ...entries },
    outdir,
    bundle: true,
    packages: 'external',
    format: 'esm',
  })
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) await writeFile(manifest, '{ "type": "module" }\n')
}
