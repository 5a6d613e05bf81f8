// All rules of ours for the contract. `npm run contract:lint` runs them as Redocly rules, with the
// severities and options of `redocly.yaml`; codegen runs those for what the engine does not support.
import type { Document } from '../document.ts'
import { cachingRules } from './caching.ts'
import { completenessRules } from './completeness.ts'
import { layoutRules } from './layout.ts'
import { operationRules } from './operations.ts'
import { parameterRules } from './parameters.ts'
import { placesIn } from './places.ts'
import { policyRules } from './policies.ts'
import { responseRules } from './responses.ts'
import type { Finding, Rule } from './rule.ts'
import { schemaRules } from './schemas.ts'
import { serverRules } from './servers.ts'
import { sizeRules } from './sizes.ts'

export const rules: readonly Rule[] = [
  ...operationRules,
  ...parameterRules,
  ...policyRules,
  ...cachingRules,
  ...responseRules,
  ...completenessRules,
  ...schemaRules,
  ...sizeRules,
  ...serverRules,
  ...layoutRules,
]

/**
 * Returns what the engine does not support in a contract: place, message and rule. The place is a file
 * with line and column, or, without a source file, a pointer into the document.
 */
export function engineErrors(document: Document, source?: string): string[] {
  return engineFindings(document, (it) => !it.isWarning, source)
}

/** Returns what the engine leaves out of a contract as it is written, in the same form. */
export function engineWarnings(document: Document, source?: string): string[] {
  return engineFindings(document, (it) => it.isWarning === true, source)
}

function engineFindings(document: Document, filter: (rule: Rule) => boolean, source?: string) {
  const placeOf = source === undefined ? (pointer: string) => pointer : placesIn(source)
  const checked = rules.filter((it) => it.id.startsWith('engine/') && filter(it))
  return checked.flatMap(({ id, check }) =>
    findingsOf(check, document).map(({ at, message }) => {
      const pointer = at.map((it) => `${it}`.replaceAll('~', '~0').replaceAll('/', '~1'))
      return `${placeOf(`#/${pointer.join('/')}`)} ${message} (${id})`
    }),
  )
}

/** Returns what a rule finds; where it fails on one construct, the others are still reported. */
function findingsOf(check: Rule['check'], document: Document): readonly Finding[] {
  try {
    return check(document, {})
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [{ at: [], message: `the contract could not be checked: ${reason}` }]
  }
}
