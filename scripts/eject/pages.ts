// Pages of the documentation with lines about what goes.
import { dirname, join } from 'node:path'

/**
 * Takes the rows of tables and the items of lists out of a page that link to a removed file, and the rows that
 * begin with a removed operation.
 */
export function withoutLinesTo(
  gone: ReadonlySet<string>,
  operations: ReadonlySet<string>,
  path: string,
  page: string,
): string {
  const isGone = (line: string) => {
    const [, operation = ''] = /^\| `(\w+)` \|/.exec(line) ?? []
    const links = /^(\||- )/.test(line) ? line.matchAll(/\]\(([^)#\s]+)[^)]*\)/g) : []
    const targets = [...links].map(([, target = '']) => join(dirname(path), target))
    return operations.has(operation) || targets.some((it) => gone.has(it))
  }
  const kept = page.split('\n').filter((line) => !isGone(line))
  return kept.join('\n').replace(/\n{3,}/g, '\n\n')
}
