// What a response sends one after the other: events of `text/event-stream`, whose data has the schema
// `x-itemSchema`, and lines of JSON, each of which has it. A request may have such lines as well.
import { eventStreamType } from '../../src/engine/event-stream.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import { isLines, typeName } from './bodies.ts'
import {
  componentName,
  type Document,
  eachMethod,
  follow,
  type MediaType,
  type OperationObject,
  type Schema,
} from './document.ts'
import { freeName } from './inheritance.ts'

/** Tells whether a media type is lines of JSON values with a schema. */
export function hasLines(type: string, media: MediaType): boolean {
  return isLines(typeName(type)) && media['x-itemSchema'] !== undefined
}

/** Tells whether the body of a response leaves as its handler gives it. */
export function isRawContent(type: string, media: MediaType): boolean {
  return isRawType(type) && !hasLines(type, media)
}

/**
 * Returns the schema of what a serializer writes: of the data of each event, of each line, of the whole body
 * in any other response. Undefined for a stream of text.
 */
export function writtenSchema(type: string, media: MediaType): Schema | undefined {
  const hasItems = type === eventStreamType || hasLines(type, media)
  return hasItems ? media['x-itemSchema'] : media.schema
}

/** Tells whether an operation answers an event stream. */
export function answersEvents(document: Document, { responses }: OperationObject): boolean {
  return Object.values(responses).some(
    (it) => eventStreamType in (follow(document, it).content ?? {}),
  )
}

/**
 * Gives events and lines the `x-itemSchema` that the `itemSchema` of OpenAPI 3.2 stands for, and makes a
 * component of each, so that it has a type. An `itemSchema` that says nothing of the data stays.
 */
export function nameItems(document: Document): void {
  const { schemas } = document.components
  for (const { operation } of eachMethod(document)) {
    const { requestBody, responses = {} } = operation
    for (const it of [...(requestBody ? [requestBody] : []), ...Object.values(responses)]) {
      const { content = {} } = follow<{ content?: Record<string, MediaType> }>(document, it)
      for (const [type, media] of Object.entries(content)) {
        const isStream = type === eventStreamType
        if (!isStream && !isLines(typeName(type))) continue
        readItemSchema(document, media, isStream)
        const item = media['x-itemSchema']
        if (item === undefined || componentName(item) !== undefined) continue
        const name = freeName(schemas, 'Item')
        schemas[name] = item
        media['x-itemSchema'] = { $ref: `#/components/schemas/${name}` }
      }
    }
  }
}

function readItemSchema(document: Document, media: MediaType, isStream: boolean): void {
  const { itemSchema } = media
  if (itemSchema === undefined || media['x-itemSchema'] !== undefined) return
  const item = isStream ? dataOf(document, itemSchema) : itemSchema
  if (item === undefined) return
  delete media.itemSchema
  if (item !== 'text') media['x-itemSchema'] = item
}

interface EventSchema extends Schema {
  readonly contentMediaType?: string
  readonly contentSchema?: Schema
}

/** Returns the schema of the data of an event, which is text or JSON; undefined where nothing says it. */
function dataOf(document: Document, event: Schema): Schema | 'text' | undefined {
  const { properties = {} } = follow<Schema>(document, event)
  if (properties.data === undefined) return undefined
  const data = follow<EventSchema>(document, properties.data)
  if (data.contentSchema !== undefined) return data.contentSchema
  if (data.contentMediaType !== undefined && data.type === 'string') return {}
  return data.type === 'string' ? 'text' : properties.data
}
