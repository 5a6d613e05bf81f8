// Tables of contract changes: each row is compared in both directions.
import { expect, it } from 'vitest'
import { compareContracts } from '../../scripts/contract/diff/compare.ts'
import type { Document } from '../../scripts/contract/document.ts'

/** A change, and what it means in each direction, as `rule: class`. */
export type Way = readonly [forward: string, backward: string, before: Document, after: Document]
/** A change that means the same in both directions. */
export type Either = readonly [meaning: string, before: Document, after: Document]

/** Returns the changes between two contracts, each as `rule: class`. */
export function meanings(before: Document, after: Document): string[] {
  return compareContracts(before, after).map((it) => `${it.rule}: ${it.class}`)
}

/** Checks the comparison with each row, and that the rows show every rule. */
export function expectMeanings(
  ways: readonly Way[],
  either: readonly Either[],
  rules: readonly { readonly name: string }[],
) {
  it.each(ways)('finds "%s", and backward "%s"', (forward, backward, before, after) => {
    expect(meanings(before, after)).toEqual([forward])
    expect(meanings(after, before)).toEqual([backward])
  })

  it.each(either)('finds "%s" in both directions', (meaning, before, after) => {
    expect(meanings(before, after)).toEqual([meaning])
    expect(meanings(after, before)).toEqual([meaning])
  })

  it('has a row for each rule', () => {
    const shown = [...[...ways, ...either].map(([it]) => it), ...ways.map(([, it]) => it)]
    const names = shown.map((it) => it.replace(/:.*/, ''))
    for (const { name } of rules) expect(names).toContain(name)
  })
}
