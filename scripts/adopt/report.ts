// Says what of a contract an adopted service has, and what is refused or left out of it, where and why.
import { basename, dirname, relative } from 'node:path'
import type { Supported } from '../contract/try/leave-out.ts'

/** Returns the report on a contract, as Markdown. Its places begin with the name of the file. */
export function reportOf(
  path: string,
  { all, leftOut, refused, warnings }: Supported,
  withoutValue: readonly string[],
): string {
  const file = basename(path)
  const folder = relative('', dirname(path))
  const inFolder = (line: string) =>
    folder !== '' && line.startsWith(`${folder}/`) ? line.slice(folder.length + 1) : line
  const served = all.length - leftOut.length
  return `${[
    '# What was adopted',
    '',
    `${served} of the ${count(all.length, 'operation')} of \`${file}\`.`,
    ...section(
      'Refused',
      'The engine does not support these, so their operations are left out.',
      refused.map(inFolder),
    ),
    ...section('Operations that are left out', '', leftOut),
    ...section(
      'Stubs without an answer',
      'No value was found that fits the schema of the response: the stub throws.',
      withoutValue,
    ),
    ...section(
      'Left out of operations',
      'The operations work without these.',
      warnings.map(inFolder),
    ),
  ].join('\n')}\n`
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`

function section(title: string, text: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const items = lines.map((it) => `- ${it}`)
  return ['', `## ${title}`, '', ...(text === '' ? [] : [text, '']), ...items]
}
