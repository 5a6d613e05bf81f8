// Runs odd documents as tests, a hundred in each.
import { expect, it } from 'vitest'
import { edited } from './base.ts'
import { outcomeOf } from './check.ts'
import { type OddDocument, oddDocuments } from './table.ts'

/** Declares the tests of one document of `every`, chosen by the environment's ODD_SEED or by chance. */
export function testOddDocuments(every: number) {
  const seed = Number(process.env.ODD_SEED ?? Math.floor(Math.random() * every))
  console.log(`the odd documents that run: ODD_SEED=${seed}, one of ${every}`)
  const chosen = [...oddDocuments()].filter((_, index) => index % every === seed % every)
  for (let from = 0; from < chosen.length; from += 100) {
    const group = chosen.slice(from, from + 100)
    it(`odd documents ${from + 1} to ${from + group.length} work or are refused with places`, () =>
      check(group))
  }
}

async function check(group: readonly OddDocument[]) {
  const wrong: string[] = []
  for (const [name, edit] of group) {
    await outcomeOf(edited(edit)).catch((error: Error) => wrong.push(`${name}: ${error.message}`))
  }
  expect(wrong).toEqual([])
}
