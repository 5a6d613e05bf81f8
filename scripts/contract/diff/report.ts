// Changes as lines for people: grouped by class, the same change in several operations as one line,
// since what a component says is said in all of them.
import { type Change, classes } from './rule.ts'

/** Lines to print, the worst first; none where nothing changed. */
export function describeChanges(changes: readonly Change[]): string[] {
  return classes.flatMap((name) => {
    const lines = group(changes.filter((it) => it.class === name)).map(describe)
    return lines.length > 0 ? [`${name} (${lines.length})`, ...lines, ''] : []
  })
}

/** Changes that are alike but for the operation. */
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
