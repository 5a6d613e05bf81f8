// Parses the pages of the documentation into code blocks, commands, headings and prose, and applies the
// blocks that are files or changes to a copy of the repository.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'vitest'

/** The folder of the repository, with a trailing slash. */
export const root = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)
const read = (path: string) => readFileSync(join(root, path), 'utf8')
/** The scripts of `package.json`. */
export const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))

export interface Block {
  /** The place, for messages: `docs/jobs.md:12`. */
  readonly at: string
  /** The language and the attribute of the info string: `ts file`, `diff file`, `console`. */
  readonly kind: string
  /** The file that `file=` or `in=` names. */
  readonly path: string
  readonly text: string
}

export interface Page {
  readonly name: string
  /** The text without the code blocks. */
  readonly prose: string
  readonly blocks: readonly Block[]
  /** The anchors of the headings. */
  readonly anchors: readonly string[]
}

export function parsePage(name: string, markdown: string): Page {
  const blocks: Block[] = []
  const prose: string[] = []
  let open: { at: string; kind: string; path: string; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)(?: (\w+)=(\S+))?$/.exec(line)
    if (open && line === '```') {
      blocks.push({ ...open, text: `${open.lines.join('\n')}\n` })
      open = undefined
    } else if (open) open.lines.push(line)
    else if (fence) {
      const [, language = '', attribute, path = ''] = fence
      const kind = attribute ? `${language} ${attribute}` : language
      open = { at: `${name}:${index + 1}`, kind, path, lines: [] }
    } else prose.push(line)
  }
  if (open) throw new Error(`${open.at}: the block does not end`)
  const text = prose.join('\n')
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
  return { name, prose: text, blocks, anchors }
}

/** Returns the anchor that GitHub makes: lower case, hyphens for spaces, no punctuation. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

export interface Command {
  readonly line: string
  /** The output that the page shows, line by line. */
  readonly shown: readonly string[]
}

/** Returns the commands of a console block, which follow `$ `. A backslash continues a line. */
export function commandsOf({ text }: Block): Command[] {
  const parts = text
    .replace(/\\\n\s*/g, '')
    .split(/^\$ /m)
    .slice(1)
  return parts.map((part) => {
    const [line = '', ...shown] = part.trimEnd().split('\n')
    return { line, shown }
  })
}

/** Writes a block that is a file into a folder, or applies a block that is a change to a file there. */
export async function applyBlock(folder: string, block: Block): Promise<void> {
  const path = join(folder, block.path)
  const content = isChange(block) ? changed(await readFile(path, 'utf8'), block) : block.text
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

/**
 * Applies blocks one after the other without writing anything.
 * @throws Error that names the block, for a change that does not fit.
 */
export function expectBlocksFit(blocks: readonly Block[]): void {
  const contents = new Map<string, string>()
  for (const block of blocks) {
    const { path, text } = block
    contents.set(path, isChange(block) ? changed(contents.get(path) ?? read(path), block) : text)
  }
}

const isChange = ({ kind }: Block) => kind === 'diff file'

/**
 * Applies a diff without line numbers: hunks separated by `@@`, each of which fits in exactly one place.
 * @throws Error that names the block otherwise
 */
function changed(content: string, { at, path, text }: Block): string {
  return text.split(/^@@\n/m).reduce((current, piece) => {
    const lines = piece.trimEnd().split('\n')
    const side = (other: string) =>
      lines.filter((line) => !line.startsWith(other)).map((line) => `${line.slice(1)}\n`)
    const [before, after] = [side('+').join(''), side('-').join('')]
    const places = current.split(before).length - 1
    if (places !== 1) throw new Error(`${at} fits ${places} places of ${path}:\n${before}`)
    return current.replace(before, () => after)
  }, content)
}

/** The pages whose code is applied in this order, each on the result of the one before. */
export const walk = [
  'extending',
  'contract',
  'migrations',
  'jobs',
  'tasks',
  'testing',
  'observability',
]
  .map((name) => `docs/${name}.md`)
  // A service may have left a feature out, and its page.
  .filter((path) => existsSync(join(root, path)))
  .map((path) => parsePage(path, read(path)))

/** Returns the files of the repository, including new ones. */
export async function sources(): Promise<string[]> {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard']
  const { stdout } = await run('git', listed, { cwd: root })
  return stdout.split('\n').filter((it) => it !== '' && existsSync(join(root, it)))
}

/** Runs a line of shell. @throws Error with its output, where it fails. */
export async function shell(line: string, { cwd = root, env = {} } = {}): Promise<string> {
  const PATH = `${root}node_modules/.bin:${process.env.PATH}`
  const options = { cwd, env: { PATH, HOME: process.env.HOME, NO_COLOR: '1', ...env } }
  return run('bash', ['--norc', '-euo', 'pipefail', '-c', line], options).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => Promise.reject(new Error(`${line}\n${stdout}${stderr}`)),
  )
}

/** Checks that a block shows a part of the file that it names, in any indentation. */
export function expectExcerpt({ path, text }: Block) {
  expect(trimmed(read(path))).toContain(trimmed(text))
}

const trimmed = (text: string) => text.replace(/^ +/gm, '')
