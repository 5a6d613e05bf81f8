// Writes changes as lines for people, grouped by class. The same change in several operations is one
// line, because a changed component changes all operations that use it.
import { type Change, classes } from './rule.ts'

/** Returns the lines to print, the worst change first; none when nothing changed. */
export function describeChanges(changes: readonly Change[]): string[] {
  return classes.flatMap((name) => {
    const lines = group(changes.filter((it) => it.class === name)).map(describe)
    return lines.length > 0 ? [`${name} (${lines.length})`, ...lines, ''] : []
  })
}

/** Changes that differ in the operation only. */
function group(changes: readonly Change[]): Change[][] {
  const groups = new Map<string, Change[]>()
  for (const change of changes) {
    const key = JSON.stringify([change.side, change.at, change.what])
    groups.set(key, [...(groups.get(key) ?? []), change])
  }
  return [...groups.values()]
}

function describe(alike: readonly Change[]): string {
  const ids = alike.map((it) => it.operationId || 'every operation')
  const shown = ids.length > 4 ? [...ids.slice(0, 3), `${ids.length - 3} more`] : ids
  const [{ side, at, what } = { side: 'operation', at: '', what: '' }] = alike
  const where = side === 'operation' ? '' : ` ${side}`
  return `  ${shown.join(', ')}:${where} ${at}: ${what}`
}
