// A hundredth of the odd documents, chosen by a seed; `npm run test:slow` runs a fifth.
import { expect, it } from 'vitest'
import { edited } from './odd-documents/base.ts'
import { outcomeOf } from './odd-documents/check.ts'
import { testOddDocuments } from './odd-documents/run.ts'

it('the document that the odd ones are made from works', async () => {
  expect(await outcomeOf(edited({ at: ['x-tool'], value: true }))).toBe('works')
})

it('components have any name', async () => {
  const at = ['components', 'schemas', 'Page\u00abPet\u00bb']
  const odd = {
    at: ['components', 'schemas', 'Odd'],
    value: { $ref: '#/components/schemas/Page%C2%ABPet%C2%BB' },
  }
  const document = edited(odd)
  expect(await outcomeOf(edited({ at, value: { type: 'string' } }, document))).toBe('works')
})

testOddDocuments(100)
