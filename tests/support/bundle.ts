// The product as a few files of JavaScript: a process that compiles for itself takes two seconds to start.
import { existsSync } from 'node:fs'
import { cp, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles entry points into `dist/src` of a folder, which then has what they look for beside them.
 * @param source where `src` and `migrations` are.
 * @param entries the files to begin with, by the name that each gets in `dist/src`.
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
  await writeFile(join(folder, 'dist/package.json'), '{ "type": "module" }\n')
}
