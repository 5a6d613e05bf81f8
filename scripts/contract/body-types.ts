// The types of request bodies in `generated/types.d.ts`.
import { sentTypes } from './bodies.ts'
import {
  type Document,
  follow,
  type MediaType,
  type OperationObject,
  type Schema,
} from './document.ts'
import { filesOf } from './multipart.ts'
import { property, quoted, schemaType } from './type-source.ts'

/** Returns the type of what a handler gets as the body. */
export function bodyOf(document: Document, operation: OperationObject): string {
  const { requestBody } = operation
  if (requestBody === undefined) return 'undefined'
  const { required } = follow(document, requestBody)
  const types = bodyTypes(document, operation).map(({ type }) => type)
  return [...new Set(types), ...(required ? [] : ['undefined'])].join(' | ')
}

/** Returns the bodies of an operation with several media types, each with its own. */
export function sentOf(document: Document, operation: OperationObject): { sent?: string } {
  const types = bodyTypes(document, operation)
  if (types.length < 2) return {}
  const required = operation.requestBody && follow(document, operation.requestBody).required
  const sent = types.map(({ name, type }) => {
    const any = `\${string}`
    const bodyType = name.includes('*') ? `\`${name.replaceAll('*', any)}\`` : quoted(name)
    return `{ readonly bodyType: ${bodyType}; readonly body: ${type} }`
  })
  const none = '{ readonly bodyType: undefined; readonly body: undefined }'
  return { sent: [...sent, ...(required ? [] : [none])].join(' | ') }
}

function bodyTypes(document: Document, operation: OperationObject) {
  const at = (type: string) =>
    `NonNullable<operations['${operation.operationId}']['requestBody']>['content'][${quoted(type)}]`
  return sentTypes(document, operation).map(({ name, key, kind, media, schema }) => {
    if (kind === 'binary') return { name, type: "import('node:stream').Readable" }
    if (kind === 'lines') {
      const item = media['x-itemSchema'] ?? {}
      return { name, type: `AsyncIterable<${schemaType(item, 'unknown')}>` }
    }
    const type = schemaType(kind === 'multipart' ? media.schema : schema, at(key))
    return { name, type: kind === 'multipart' ? multipartType(document, media, type) : type }
  })
}

/** Returns the type of a multipart body: the one of its schema, in which each file is what the handler gets. */
function multipartType(document: Document, media: MediaType, all: string): string {
  const { required = [] } = follow<Schema>(document, media.schema)
  const files = Object.entries(filesOf(document, media))
  if (files.length === 0) return all
  const fields = files.map(([name, { isList }]) => {
    const type = "import('../src/engine/files.ts').UploadedFile"
    const mark = required.includes(name) ? '' : '?'
    return `readonly ${property(name)}${mark}: ${isList ? `readonly ${type}[]` : type}`
  })
  const names = files.map(([name]) => quoted(name)).join(' | ')
  return `Omit<${all}, ${names}> & { ${fields.join('; ')} }`
}
