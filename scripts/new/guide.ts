// Writes the part of docs/extending.md that adds a resource by hand: the code is what the generator writes.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { changeOf } from './difference.ts'
import { closing, purposes, steps } from './guide-steps.ts'
import { resource } from './resource-command.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)
const marks = { start: '<!-- by hand: npm run codegen -->', end: '<!-- /by hand -->' }
/** What the generator reads and writes. */
const parts = [
  'openapi',
  'migrations',
  'seeds',
  'src',
  'docs',
  'tests',
  'redocly.yaml',
  'biome.json',
]
/** The migration gets a fixed time, after those of the service and before those of docs/migrations.md. */
const migrationTime = '20261201000000'

/** A file that the generator writes. */
interface Written {
  readonly path: string
  /** Its text before; undefined for a new one. */
  readonly before: string | undefined
  readonly after: string
}

/**
 * Returns the guide with the code of the example between the marks. A service that has this resource keeps
 * its page.
 * @throws Error for a page without the command or the marks, and where the generator cannot run.
 */
export async function withGuide(page: string): Promise<string> {
  const [, name = '', fields = ''] =
    /^\$ npm run new -- resource (\w+) "([^"]+)"$/m.exec(page) ?? []
  const [start, end] = [page.indexOf(marks.start), page.indexOf(marks.end)]
  if (name === '' || start < 0 || end < start) throw new Error('expected the command and the marks')
  if (existsSync(join(root, 'src/features', name))) return page
  const written = await filesOf(resource.read([name, fields], {}))
  return `${page.slice(0, start)}${marks.start}\n\n${byHand(written, name)}\n${page.slice(end)}`
}

/** Returns what the generator writes, formatted, in the order of the paths. */
async function filesOf(make: ReturnType<typeof resource.read>): Promise<Written[]> {
  const copy = await mkdtemp(join(tmpdir(), 'guide-'))
  try {
    for (const part of parts) {
      if (existsSync(join(root, part)))
        await cp(join(root, part), join(copy, part), { recursive: true })
    }
    await make(copy)
    await nameMigration(copy)
    const changed = await changedIn(copy)
    const sources = changed.filter((it) => it.path.endsWith('.ts')).map((it) => it.path)
    const format = ['check', '--write', '--vcs-enabled=false', ...sources]
    await run(join(root, 'node_modules/.bin/biome'), format, { cwd: copy })
    return await changedIn(copy)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

async function nameMigration(copy: string) {
  for (const file of await readdir(join(copy, 'migrations'))) {
    if (existsSync(join(root, 'migrations', file))) continue
    const name = file.replace(/^\d+/, migrationTime)
    await rename(join(copy, 'migrations', file), join(copy, 'migrations', name))
  }
}

async function changedIn(copy: string): Promise<Written[]> {
  const entries = await readdir(copy, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((it) => it.isFile())
    .map((it) => relative(copy, join(it.parentPath, it.name)))
    .sort()
  const written: Written[] = []
  for (const path of paths) {
    const after = await readFile(join(copy, path), 'utf8')
    const isNew = !existsSync(join(root, path))
    const before = isNew ? undefined : await readFile(join(root, path), 'utf8')
    if (before !== after) written.push({ path, before, after })
  }
  return written
}

/** Returns the steps with their files. */
function byHand(written: readonly Written[], name: string): string {
  const left = new Set(written)
  const sections = steps.map((step, index) => {
    const own = [...left].filter((it) => step.files.test(it.path))
    for (const it of own) left.delete(it)
    own.sort((a, b) => step.order(a.path) - step.order(b.path))
    const blocks = own.map((it) => `${purposeOf(it.path)}\n\n${blockOf(it)}`)
    return [`### ${index + 1}. ${step.title}`, step.text, ...blocks, step.end ?? '']
      .filter(Boolean)
      .join('\n\n')
  })
  return `${[...sections, closing(name)].join('\n\n')}\n`
}

function purposeOf(path: string): string {
  const found = purposes.find(([pattern]) => pattern.test(path))
  return found ? `\`${path}\` ${found[1]}` : `\`${path}\`:`
}

function blockOf({ path, before, after }: Written): string {
  const kind = before === undefined ? (path.endsWith('.ts') ? 'ts' : 'yaml') : 'diff'
  const text = before === undefined ? after : changeOf(before, after)
  return `\`\`\`${kind} file=${path}\n${text.trimEnd()}\n\`\`\``
}
