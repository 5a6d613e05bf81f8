// Timestamps on their way from PostgreSQL to JSON, which are text on both sides.
import pg from 'pg'
import type { Timestamp } from '../lib/clock.ts'

const { builtins, getTypeParser } = pg.types
const parseDate = getTypeParser(builtins.TIMESTAMPTZ)

const withoutFraction = 'YYYY-MM-DD HH:MM:SS'.length
const utc = '+00'

/**
 * A `timestamptz` as PostgreSQL writes it. Where that is in UTC the text is rearranged: as a `Date` that is
 * parsed and written again it would take six times as long, 45 µs for a list of 20.
 */
function timestampOf(text: string): Timestamp {
  if (!text.endsWith(utc) || text[withoutFraction - 3] !== ':') return parseDate(text).toISOString()
  const fraction = text.slice(withoutFraction + 1, -utc.length)
  const milliseconds = fraction.length === 3 ? fraction : fraction.padEnd(3, '0').slice(0, 3)
  return `${text.slice(0, 10)}T${text.slice(11, withoutFraction)}.${milliseconds}Z`
}

/** What pg makes of the values of a row: what it always does, and timestamps as text. */
export const rowTypes = {
  getTypeParser(type: number, format?: string) {
    if (format === 'binary') return getTypeParser(type, 'binary')
    return type === builtins.TIMESTAMPTZ ? timestampOf : getTypeParser(type)
  },
}
