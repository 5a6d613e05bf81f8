// Checks a response against a contract with Ajv alone, not with what codegen compiles.
import { covers } from '../../../src/engine/steps/media-types.ts'
import type { Schema } from '../../mock/merge.ts'
import type { Values } from '../../mock/values.ts'
import { typeName } from '../bodies.ts'
import { type Document, type DocumentedOperation, follow, headersOf } from '../document.ts'
import type { Received } from './service.ts'

/** Returns in what a response differs from what the document says for this status; empty if in nothing. */
export function checkResponse(
  document: Document,
  { operation, method }: DocumentedOperation,
  status: number,
  received: Received,
  values: Values,
): string[] {
  const { headers, text } = received
  if (received.status !== status)
    return [`answers ${received.status}, not ${status}: ${text.slice(0, 1000)}`]
  const range = `${Math.floor(status / 100)}XX`
  const key = [String(status), range, range.toLowerCase(), 'default'].find(
    (it) => it in operation.responses,
  )
  const documented = key && operation.responses[key]
  if (!documented) return []
  const response = follow(document, documented)
  const missing = headersOf(document, response)
    .filter((it) => it.required === true && headers[it.name.toLowerCase()] === undefined)
    .map((it) => `lacks the header ${it.name}`)
  const content = response.content ?? {}
  if (Object.keys(content).length === 0) return text === '' ? missing : [...missing, 'has a body']
  if (text === '' || (method as string) === 'head') return missing
  const type = typeName(headers['content-type'] ?? '')
  const [, media] = Object.entries(content).find(([it]) => covers(typeName(it), type)) ?? []
  if (media === undefined) return [...missing, `has the media type ${type}`]
  if (!/[/+]json$/.test(type) || media.schema === undefined) return missing
  const isFitting = values.fits(media.schema as Schema, JSON.parse(text))
  return isFitting ? missing : [...missing, `its body breaks the schema: ${text.slice(0, 1000)}`]
}
