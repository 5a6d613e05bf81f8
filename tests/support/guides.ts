// The pages of the documentation as data: their code blocks, commands, headings and links, and how
// a block that is a file, or a change of one, is put into a copy of the repository.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Block {
  /** Where it stands, for messages: `docs/jobs.md:12`. */
  readonly at: string
  /** The language and the attribute of the info string: `ts file`, `diff file`, `console`. */
  readonly kind: string
  /** What `file=` or `in=` names. */
  readonly path: string
  readonly text: string
}

export interface Page {
  readonly name: string
  /** All of it but the code blocks. */
  readonly prose: string
  readonly blocks: readonly Block[]
  /** The headings as the anchors that they make. */
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

/** As GitHub makes it: lower case, spaces as hyphens, nothing but letters, digits and hyphens. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

export interface Command {
  readonly line: string
  /** What the page shows below it, line by line. */
  readonly shown: readonly string[]
}

/** The commands of a console block: after `$ `, over several lines where one ends in a backslash. */
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

/** Writes a block that is a file into a folder, or applies one that is a change to a file there. */
export async function applyBlock(folder: string, block: Block): Promise<void> {
  const path = join(folder, block.path)
  const isChange = block.kind === 'diff file'
  const content = isChange ? changed(await readFile(path, 'utf8'), block) : block.text
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

/**
 * A change in the form of a diff without line numbers: pieces apart by `@@`, each of which must fit
 * in exactly one place.
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
