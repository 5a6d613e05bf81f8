// Pages of the documentation that link to a page which goes.
import { dirname, join } from 'node:path'

/** Takes the rows of tables and the items of lists out of a page that link to one of these files. */
export function withoutLinesTo(gone: ReadonlySet<string>, path: string, page: string): string {
  const isGone = (line: string) =>
    /^(\||- )/.test(line) &&
    [...line.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].some(([, target = '']) =>
      gone.has(join(dirname(path), target)),
    )
  const kept = page.split('\n').filter((line) => !isGone(line))
  return kept.join('\n').replace(/\n{3,}/g, '\n\n')
}
