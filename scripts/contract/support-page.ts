// Writes docs/openapi-support.md from the rows of tests/engine/openapi.
import type { Row } from '../../tests/engine/openapi/row.ts'

/** Returns the page: a table of features for each topic. */
export function supportPage(topics: Readonly<Record<string, readonly Row[]>>): string {
  const rows = Object.values(topics).flat()
  const refused = rows.filter((it) => it.refused !== undefined).length
  const tables = Object.entries(topics).flatMap(([topic, own]) =>
    own.length === 0 ? [] : ['', `## ${topic}`, '', ...tableOf(own)],
  )
  return [
    '<!-- Written by `npm run codegen` from the rows in tests/engine/openapi; edit those. -->',
    '# What a contract may contain',
    '',
    'Each line is a test in `tests/engine/openapi/` that runs through lint, codegen, compiler, service, mock',
    `and client. ${rows.length - refused} features are supported. ${refused} are refused: the lint names file, line and reason.`,
    ...tables,
    '',
  ].join('\n')
}

function tableOf(rows: readonly Row[]): string[] {
  const lines = rows.map(({ feature, refused, note = '' }) => {
    const state = refused === undefined ? 'supported' : `refused by \`${refused.split(':')[0]}\``
    return `| ${[feature, state, note].map((it) => it.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return ['| feature | | notes |', '|---|---|---|', ...lines]
}
