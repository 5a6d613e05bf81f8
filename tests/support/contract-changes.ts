// What changes of a contract mean, as tables: each row is compared from left to right and back.
import { expect, it } from 'vitest'
import { compareContracts } from '../../scripts/contract/diff/compare.ts'
import type { Document } from '../../scripts/contract/document.ts'

/** What the way there means and what the way back does, as `rule: class`. */
export type Way = readonly [there: string, back: string, before: Document, after: Document]
/** A change that means the same both ways. */
export type Either = readonly [meaning: string, before: Document, after: Document]

/** The changes between two contracts, each as `rule: class`. */
export function meanings(before: Document, after: Document): string[] {
  return compareContracts(before, after).map((it) => `${it.rule}: ${it.class}`)
}

/** Holds the comparison against the rows, and the rows against the rules: each has to be shown. */
export function expectMeanings(
  ways: readonly Way[],
  either: readonly Either[],
  rules: readonly { readonly name: string }[],
) {
  it.each(ways)('%s; %s', (there, back, before, after) => {
    expect(meanings(before, after)).toEqual([there])
    expect(meanings(after, before)).toEqual([back])
  })

  it.each(either)('%s', (meaning, before, after) => {
    expect(meanings(before, after)).toEqual([meaning])
    expect(meanings(after, before)).toEqual([meaning])
  })

  it('each rule is shown', () => {
    const shown = [...[...ways, ...either].map(([it]) => it), ...ways.map(([, it]) => it)]
    const names = shown.map((it) => it.replace(/:.*/, ''))
    for (const { name } of rules) expect(names).toContain(name)
  })
}
