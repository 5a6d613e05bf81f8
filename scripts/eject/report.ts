// What the command prints.
import type { Ejection } from './remove.ts'

/** Returns the deleted, changed and created files as a tree of folders. */
export function describeChanges({ deleted, changed, created }: Ejection): string {
  const marks = [
    ...deleted.map((path) => ({ path, mark: '-' })),
    ...changed.map((path) => ({ path, mark: '~' })),
    ...created.map((path) => ({ path, mark: '+' })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1))
  const lines: string[] = []
  let before: string[] = []
  for (const { path, mark } of marks) {
    const folders = path.split('/').slice(0, -1)
    const same = folders.findIndex((name, at) => name !== before[at])
    const known = same < 0 ? folders.length : same
    for (const [at, name] of folders.entries()) {
      if (at >= known) lines.push(`  ${'  '.repeat(at)}${name}/`)
    }
    lines.push(`${mark} ${'  '.repeat(folders.length)}${path.slice(path.lastIndexOf('/') + 1)}`)
    before = folders
  }
  return [...lines, '', '- deleted, ~ changed, + created; generated/ follows'].join('\n')
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
