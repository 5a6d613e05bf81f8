// What is written of a parameter reads as the same value, and different values have different cache keys.
import { expect, it } from 'vitest'
import { questionOf } from '../../src/engine/cache-keys.ts'
import type { ParameterOutline } from '../../src/engine/operation.ts'
import { parsePairs } from '../../src/engine/steps/parameters.ts'
import { readShaped, shapedQuery, writeQuery, writeShaped } from '../../src/engine/steps/styles.ts'

const list = { types: [], items: { types: ['string'] } } as const
const object = {
  types: [],
  members: { a: { types: ['integer'] }, b: { types: ['string'] } },
} as const
const shaped = { type: 'shaped', required: false } as const

it.each([
  ['an exploded list', { style: 'form', explode: true, shape: list }, ['x', 'y,z', '&=']],
  ['a list with commas', { style: 'form', explode: false, shape: list }, ['x', 'y,z', '&=']],
  ['an exploded object', { style: 'form', explode: true, shape: object }, { a: 1, b: 'x&y' }],
  ['an object with commas', { style: 'form', explode: false, shape: object }, { a: 1, b: 'x,y' }],
  ['a deep object', { style: 'deepObject', explode: true, shape: object }, { a: 1, b: 'x]' }],
] as const)('writes and reads %s in a query', (_, style, value) => {
  const outline: ParameterOutline = { ...shaped, ...style }
  const table = { it: outline }
  const query = writeQuery('it', value, outline)
  const { values } = parsePairs(query, table, 'query', shapedQuery(table, decodeURIComponent))
  expect({ ...values }).toEqual({ it: value })
})

it.each([true, false])('writes and reads an object in a path with explode: %s', (explode) => {
  const outline: ParameterOutline = { ...shaped, style: 'simple', explode, shape: object }
  const text = writeShaped({ a: 1, b: 'x,y=z' }, outline)
  expect(readShaped(text, outline, decodeURIComponent)).toEqual({ a: 1, b: 'x,y=z' })
})

it('gives lists of different items different keys in the cache', () => {
  const query = { tag: { ...shaped, shape: list } }
  const operation = { parameters: { path: {}, query } }
  const keys = [['a', 'b'], ['a,b'], []].map((tag) =>
    questionOf(operation, { pathValues: {}, queryValues: { tag } }),
  )
  expect(new Set(keys).size).toBe(3)
})

it.each([
  [true, 1],
  [undefined, 3],
])('gives each spelling of a list with isSet: %s one of %i keys', (isSet, count) => {
  const query = { tag: { ...shaped, shape: list, ...(isSet && { isSet }) } }
  const operation = { parameters: { path: {}, query } }
  const keys = [
    ['a', 'b'],
    ['b', 'a'],
    ['b', 'a', 'b'],
  ].map((tag) => questionOf(operation, { pathValues: {}, queryValues: { tag } }))
  expect(new Set(keys).size).toBe(count)
})
