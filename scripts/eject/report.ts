// What the command prints.
import { treeOf } from '../new/tree.ts'
import type { Ejection } from './remove.ts'

/** Returns the deleted, changed and created files as trees. */
export function describeChanges({ deleted, changed, created }: Ejection): string {
  const groups = { deleted, changed, created }
  return Object.entries(groups)
    .filter(([, paths]) => paths.length > 0)
    .map(([title, paths]) => `${title}:\n${treeOf(paths).replaceAll(/^/gm, '  ')}`)
    .join('\n\n')
}

/** Returns the lines that still name a feature, prose first. */
export function describeMentions({ mentions }: Ejection): string {
  if (mentions.length === 0) return '\nnothing else names it'
  const prose = mentions.filter((it) => /^[^:]*\.md:/.test(it))
  const others = mentions.filter((it) => !prose.includes(it))
  const group = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((it) => `  ${it}`)]
  return [
    ...group('prose that still names it', prose),
    ...group('other lines that still name it', others),
  ].join('\n')
}

export function describeNext({ created }: Ejection): string {
  const migrate =
    created.length > 0 ? ['npx knex migrate:latest   # drops the tables with their rows'] : []
  const lines = ['git diff', ...migrate, 'npm test']
  return ['', 'next:', ...lines.map((it) => `  ${it}`)].join('\n')
}
