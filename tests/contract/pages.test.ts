// Cursors while the key that makes them is being replaced.
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { operations } from '../../generated/operations.ts'
import { createPages } from '../../src/engine/urls.ts'

const [old, current, other] = [randomBytes(32), randomBytes(32), randomBytes(32)]
const pages = (...keys: Buffer[]) => createPages(keys, { operations, basePath: '' })
const { listUsers } = operations
const request = { pathValues: {}, queryValues: { limit: 20 } }

function cursorOf(made: ReturnType<typeof pages>, position: string) {
  const answer = { status: 200, body: { items: [], nextCursor: position } }
  const { body, headers } = made.close(listUsers, request, answer)
  const { nextCursor } = body as typeof answer.body
  expect(headers).toEqual({ Link: `</users?limit=20&cursor=${nextCursor}>; rel="next"` })
  return nextCursor
}
const opened = (made: ReturnType<typeof pages>, cursor: string) =>
  made.open(listUsers, { pathValues: {}, queryValues: { limit: 20, cursor } })

it('a cursor names the position that the handler gave, whatever it is', () => {
  for (const position of ['01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01', '', 'a\nb', 'ä/ü']) {
    const made = pages(current)
    expect(opened(made, cursorOf(made, position))).toEqual({
      queryValues: { limit: 20, cursor: position },
      isAsIssued: true,
    })
  }
})

it('a cursor made with the previous key is good, one made with an older key is not', () => {
  const cursor = cursorOf(pages(old), 'x')
  expect(opened(pages(current, old), cursor)).toMatchObject({ queryValues: { cursor: 'x' } })
  expect(() => opened(pages(current, other), cursor)).toThrow('The cursor is not one of this list.')
})

it('a cursor stays good when its list gets parameters that clients leave out', () => {
  const { cursor, limit } = listUsers.parameters.query
  const before = { ...listUsers, parameters: { ...listUsers.parameters, query: { cursor, limit } } }
  expect(Object.keys(listUsers.parameters.query)).toContain('sort')
  const made = pages(current)
  const page = { status: 200, body: { items: [], nextCursor: 'x' } }
  const { body } = made.close(before, request, page)
  const { nextCursor } = body as typeof page.body
  expect(opened(made, nextCursor)).toMatchObject({ queryValues: { cursor: 'x' } })
})

it('the last page has no cursor and no link', () => {
  const last = { status: 200, body: { items: [], nextCursor: null } }
  expect(pages(current).close(listUsers, request, last)).toEqual(last)
})
