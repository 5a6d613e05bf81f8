// Reads a list as a client does: page by page, by the `Link` header.
import { expect } from 'vitest'
import type { Answer, Client } from './client.ts'

/** Returns the items of all pages of a list, in their order. */
export async function allItems(client: Client, path: string): Promise<Answer['body'][]> {
  const items: Answer['body'][] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Answer = await client.get(next)
    expect(page.status, next).toBe(200)
    items.push(...page.body.items)
    next = /^<\/api\/v1(.+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1]
    expect(next === undefined).toBe(page.body.nextCursor === null)
  }
  return items
}
