// Lets a client that follows the pages of a mocked list come to an end: the second page is the last one.
type Fields = Readonly<Record<string, unknown>>

/**
 * Returns the page without the way to the next one, if the request has followed such a way. Recognizes it by
 * names: `cursor` leads from `nextCursor`, `page_token` from `next_page_token`.
 * @param fits tells whether a body keeps the schema of the response.
 */
export function lastPage(query: Fields, body: unknown, fits: (body: unknown) => boolean): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const followed = Object.keys(query).map((name) => plain(`next${name}`))
  const found = Object.keys(body).find((name) => followed.includes(plain(name)))
  if (found === undefined) return body
  const { [found]: _, ...rest } = body as Fields
  const pages = [{ ...body, [found]: null }, rest, { ...body, [found]: '' }]
  return pages.find(fits) ?? body
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z\d]/g, '')
