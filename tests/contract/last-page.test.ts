// The mock's second page of a list is the last one, by any name that a contract has for the way there.
import { expect, it } from 'vitest'
import { lastPage } from '../../scripts/mock/last-page.ts'

const isNullable = () => true
const isOptional = (body: unknown) => !Object.values(body as object).includes(null)
const isText = (body: unknown) => Object.values(body as object).includes('')

it.each([
  [{ cursor: 'a' }, { items: [], nextCursor: 'a' }, isNullable, { items: [], nextCursor: null }],
  [{ page_token: 'a' }, { next_page_token: 'b' }, isOptional, {}],
  [{ pageToken: 'a' }, { nextPageToken: 'b' }, isText, { nextPageToken: '' }],
  [{}, { nextCursor: 'a' }, isNullable, { nextCursor: 'a' }],
  [{ limit: '1' }, { nextCursor: 'a' }, isNullable, { nextCursor: 'a' }],
  [{ cursor: 'a' }, [1], isNullable, [1]],
])('a request with %j of the page %j', (query, body, fits, page) => {
  expect(lastPage(query, body, fits)).toEqual(page)
})
