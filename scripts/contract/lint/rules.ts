// All rules of ours for the contract. `npm run contract:lint` runs them as Redocly rules, with the
// severities and options of `redocly.yaml`; codegen runs those for what the engine does not support.
import type { Document } from '../document.ts'
import { cachingRules } from './caching.ts'
import { completenessRules } from './completeness.ts'
import { layoutRules } from './layout.ts'
import { listRules } from './lists.ts'
import { operationRules } from './operations.ts'
import { parameterRules } from './parameters.ts'
import { placesIn } from './places.ts'
import { policyRules } from './policies.ts'
import { responseRules } from './responses.ts'
import type { Finding, Rule } from './rule.ts'
import { schemaRules } from './schemas.ts'
import { securityRules } from './security.ts'
import { serverRules } from './servers.ts'
import { sizeRules } from './sizes.ts'

export const rules: readonly Rule[] = [
  ...operationRules,
  ...parameterRules,
  ...securityRules,
  ...policyRules,
  ...cachingRules,
  ...responseRules,
  ...completenessRules,
  ...schemaRules,
  ...listRules,
  ...sizeRules,
  ...serverRules,
  ...layoutRules,
]

/** What the engine does not support in a contract, or leaves out of it. */
export interface EngineFinding extends Finding {
  readonly rule: Rule['id']
}

/** Returns what the engine does not support in a contract, in the order of the rules. */
export function engineFindings(document: Document): EngineFinding[] {
  return findingsOfEngine(document, (it) => !it.isWarning)
}

/** Returns what the engine leaves out of a contract. */
export function engineOmissions(document: Document): EngineFinding[] {
  return findingsOfEngine(document, (it) => it.isWarning === true)
}

function findingsOfEngine(document: Document, filter: (rule: Rule) => boolean): EngineFinding[] {
  return rules
    .filter((it) => it.id.startsWith('engine/') && filter(it))
    .flatMap(({ id, check }) => findingsOf(check, document).map((it) => ({ ...it, rule: id })))
}

/**
 * Returns what the engine does not support as lines: place, message and rule. The place is a file with
 * line and column, or, without a source file, a pointer into the document.
 */
export function engineErrors(document: Document, source?: string): string[] {
  return inLines(engineFindings(document), source)
}

/** Returns what the engine leaves out of a contract as it is written, in the same form. */
export function engineWarnings(document: Document, source?: string): string[] {
  return inLines(engineOmissions(document), source)
}

/** Returns findings in the form above. */
export function inLines(findings: readonly EngineFinding[], source?: string): string[] {
  const placeOf = source === undefined ? (pointer: string) => pointer : placesIn(source)
  return findings.map(({ at, message, rule }) => {
    const pointer = at.map((it) => `${it}`.replaceAll('~', '~0').replaceAll('/', '~1'))
    return `${placeOf(`#/${pointer.join('/')}`)} ${message} (${rule})`
  })
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
