// What Prism is given of a contract: the responses with their examples and headers, from which it chooses.
import { type Document, follow, isReference, methods } from '../contract/document.ts'

interface Shown {
  content?: Record<string, { example?: unknown; examples?: unknown }>
  headers?: Record<string, { schema?: object }>
}

/**
 * Returns a copy without the schemas of bodies, since Prism replaces each reference, in exponential time where
 * schemas refer to each other; the mock composes bodies itself. Requests to Prism name path templates, and it
 * ignores the path of a server.
 */
export function shownByPrism(document: Document): object {
  const { openapi, info, paths, components } = structuredClone(document)
  const { responses = {}, headers = {}, examples = {} } = components as Record<string, object>
  const operations = Object.entries(paths).map(([path, item]) => {
    const own = methods.flatMap((method) => {
      const operation = item[method]
      if (operation === undefined) return []
      return [[method, { operationId: operation.operationId, responses: operation.responses }]]
    })
    return [path, Object.fromEntries(own)] as const
  })
  const responsesOfAll = operations.flatMap(([, item]) =>
    Object.values(item).flatMap((it) => Object.values((it as { responses: object }).responses)),
  )
  for (const response of [...responsesOfAll, ...Object.values(responses)] as Shown[]) {
    const media = Object.entries(response.content ?? {}).map(([type, { example, examples }]) => {
      return [
        type,
        { ...(example !== undefined && { example }), ...(examples ? { examples } : {}) },
      ]
    })
    if (response.content) response.content = Object.fromEntries(media)
    Object.values(response.headers ?? {}).forEach(plain)
  }
  Object.values(headers).forEach(plain)
  const servers = [{ url: '/' }]
  const shown = { responses, headers, examples }
  return { openapi, info, servers, paths: Object.fromEntries(operations), components: shown }

  /** Puts the schema of a header in the place of a reference, and leaves out one that refers further. */
  function plain(header: { schema?: object }): void {
    if (isReference(header) || header.schema === undefined) return
    header.schema = follow(document, header.schema)
    if (JSON.stringify(header.schema).includes('"$ref"')) delete header.schema
  }
}
