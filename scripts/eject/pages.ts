// Pages of the documentation with lines about what goes.
import { dirname, join } from 'node:path'

/**
 * Takes the rows of tables and the items of lists out of a page that link to a removed file, the rows that begin
 * with a removed operation or folder, the items that begin with such a folder or the command of its name, and
 * the lines of layouts that begin with such a folder.
 * @param gone the removed files and folders
 */
export function withoutLinesTo(
  gone: ReadonlySet<string>,
  operations: ReadonlySet<string>,
  path: string,
  page: string,
): string {
  const isGone = (line: string) => {
    const [, operation = ''] = /^\| `(\w+)` \|/.exec(line) ?? []
    const [, folder = ''] = /^(?:\| [^|]*`)?([\w/]+)\/(?: {2}|`)/.exec(line) ?? []
    const [, subject = ''] = /^- `(?:npm run )?(\w+)[/ `]/.exec(line) ?? []
    if (gone.has(folder) || gone.has(subject)) return true
    const links = /^(\||- )/.test(line) ? line.matchAll(/\]\(([^)#\s]+)[^)]*\)/g) : []
    const targets = [...links].map(([, target = '']) => join(dirname(path), target))
    return operations.has(operation) || targets.some((it) => gone.has(it))
  }
  let isInside = false
  const kept = page.split('\n').flatMap((line) => {
    // An item goes with the lines that continue it.
    isInside = (isInside && line.startsWith('  ')) || (isGone(line) && line.startsWith('- '))
    if (isInside || isGone(line)) return []
    if (!/^(\w+\/ )+\w+\/$/.test(line)) return [line]
    return [
      line
        .split(' ')
        .filter((it) => !gone.has(it.slice(0, -1)))
        .join(' '),
    ]
  })
  return kept.join('\n').replace(/\n{3,}/g, '\n\n')
}
