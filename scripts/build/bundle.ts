// Bundles the service: each entry point into one file that loads further chunks when it needs them. What is
// left beside them are packages that read their own folder, and the files that the service serves.
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { external, writePackages } from './packages.ts'

/** The entry points by their names in `dist/`. */
const entryPoints = {
  server: 'src/server.ts',
  worker: 'src/worker.ts',
  migrate: 'src/cli/migrate.ts',
  admin: 'src/cli/admin.ts',
  doctor: 'src/cli/doctor.ts',
  // The worker starts this file as a thread.
  'heartbeat-thread': 'src/jobs/heartbeat-thread.ts',
}

/** Drivers of other databases, which knex and pg load only if they are chosen. */
const unusedDrivers = [
  ...['better-sqlite3', 'mariadb', 'mysql', 'mysql2', 'oracledb', 'pg-native'],
  ...['pg-query-stream', 'sqlite3', 'tedious'],
]

interface Options {
  /** Further entry points by their names. */
  readonly entries?: Readonly<Record<string, string>>
  /** Leaves packages out of the bundle, which then needs a `node_modules` above it: faster, for tests. */
  readonly withoutPackages?: boolean
}

/**
 * Bundles the service of the folder `root` into the folder `out`, which is replaced. The result runs without
 * any other package.
 * @throws Error if a file cannot be compiled; esbuild has printed where.
 */
export async function bundleService(
  root: string,
  out: string,
  { entries = {}, withoutPackages = false }: Options = {},
) {
  await rm(out, { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: { ...entryPoints, ...entries },
    outdir: out,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: [...external, ...unusedDrivers],
    packages: withoutPackages ? 'external' : 'bundle',
    sourcemap: 'linked',
    sourcesContent: false,
    // Packages that are not ES modules call `require` for the modules of Node.
    banner: {
      js: "import * as nodeModule from 'node:module'; const require = nodeModule.createRequire(import.meta.url);",
    },
    plugins: [migrationTable(root)],
    logLevel: 'warning',
  })
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  await writeFile(
    join(out, 'package.json'),
    `${JSON.stringify({ name, version, type: 'module' })}\n`,
  )
  if (!withoutPackages) await writePackages(root, out)
  await cp(join(root, 'docs/problems.md'), join(out, 'docs/problems.md'))
}

/** Replaces the file that reads the folder of migrations by a table of them. */
function migrationTable(root: string): Plugin {
  return {
    name: 'migration-table',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/]db[\\/]migrations\.ts$/ }, async () => {
        const files = (await readdir(join(root, 'migrations'))).filter((it) => it.endsWith('.ts'))
        const rows = files.sort().map((file) => {
          return `${JSON.stringify(basename(file, '.ts'))}: () => import('../../migrations/${file}'),`
        })
        return { contents: `export const migrations = {\n${rows.join('\n')}\n}`, loader: 'ts' }
      })
    },
  }
}
