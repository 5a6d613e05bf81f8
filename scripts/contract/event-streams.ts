// Event streams: responses of `text/event-stream`, whose `x-itemSchema` is the schema of each event's data.
import { eventStreamType } from '../../src/engine/event-stream.ts'
import {
  type Document,
  follow,
  type MediaType,
  type OperationObject,
  type Schema,
} from './document.ts'

/**
 * Returns the schema of what a serializer writes: of the data of each event in a stream, of the whole body
 * in any other response. Undefined for a stream of text.
 */
export function writtenSchema(type: string, media: MediaType): Schema | undefined {
  return type === eventStreamType ? media['x-itemSchema'] : media.schema
}

/** Tells whether an operation answers an event stream. */
export function answersEvents(document: Document, { responses }: OperationObject): boolean {
  return Object.values(responses).some(
    (it) => eventStreamType in (follow(document, it).content ?? {}),
  )
}
