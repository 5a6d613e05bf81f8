// Runs our rules on a document in memory. `npm run contract:lint` runs them through Redocly.
import type { Document } from '../../scripts/contract/document.ts'
import { rules } from '../../scripts/contract/lint/rules.ts'

/** Returns what our rules find, as `<rule> <keys to the place>: <message>`. */
export function lint(document: Document): string[] {
  return rules.flatMap(({ id, check }) =>
    check(document, {}).map(({ at, message }) => `${id} ${at.join(' ')}: ${message}`),
  )
}
