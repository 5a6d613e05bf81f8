// Says what of a contract an adopted service has, and what is refused or left out of it, where and why.
import type { Supported } from '../contract/try/leave-out.ts'

/** Returns the report on a contract, as Markdown. */
export function reportOf(file: string, { all, leftOut, refused, warnings }: Supported): string {
  const served = all.length - leftOut.length
  return `${[
    '# What was adopted',
    '',
    `${served} of the ${count(all.length, 'operation')} of \`${file}\`.`,
    ...section(
      'Refused',
      'The engine does not support these, so their operations are left out.',
      refused,
    ),
    ...section('Operations that are left out', '', leftOut),
    ...section('Left out of operations', 'The operations work without these.', warnings),
  ].join('\n')}\n`
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`

function section(title: string, text: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const items = lines.map((it) => `- ${it}`)
  return ['', `## ${title}`, '', ...(text === '' ? [] : [text, '']), ...items]
}
