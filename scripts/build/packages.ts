// Writes the packages that stay outside of the bundle, because they read files of their own folder.
import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Their names, as the bundle imports them. */
export const external = ['bcrypt', 'bee-queue']

/** Which files of packages are needed at run time. */
const copied: Readonly<Record<string, readonly string[]>> = {
  bcrypt: ['package.json', 'LICENSE', 'bcrypt.js', 'promises.js', 'prebuilds'],
  // Finds the prebuilt file of bcrypt for this machine.
  'node-gyp-build': ['package.json', 'LICENSE', 'index.js', 'node-gyp-build.js'],
  'bee-queue': ['package.json', 'LICENSE'],
  'swagger-ui-dist': [
    ...['package.json', 'LICENSE', 'NOTICE'],
    ...['favicon-32x32.png', 'swagger-ui.css', 'swagger-ui-bundle.js'],
  ],
}

/** Writes the packages from the `node_modules` of `root` to those of `out`. */
export async function writePackages(root: string, out: string) {
  const [from, to] = [join(root, 'node_modules'), join(out, 'node_modules')]
  for (const [name, files] of Object.entries(copied)) {
    for (const file of files) {
      await cp(join(from, name, file), join(to, name, file), { recursive: true })
    }
  }
  // Its many dependencies go into one file. It reads its scripts for Redis from the folder of that file.
  await build({
    absWorkingDir: root,
    entryPoints: ['node_modules/bee-queue/index.js'],
    outfile: join(to, 'bee-queue/index.js'),
    bundle: true,
    platform: 'node',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  })
  const scripts = join(from, 'bee-queue/lib/lua')
  for (const file of await readdir(scripts)) {
    if (file.endsWith('.lua')) await cp(join(scripts, file), join(to, 'bee-queue', file))
  }
}
