// The types of our `x-` keys by the object that has them, for Redocly: it refuses any other type with its
// place before a rule or a generator reads the value.
import type { NodeType } from '@redocly/openapi-core'

const extensions: Readonly<Record<string, NodeType['properties']>> = {
  Operation: {
    'x-cache': { type: 'object' },
    'x-invalidates': { type: 'array', items: { type: 'string' } },
    'x-owner': { type: 'string' },
    'x-rate-limit': { type: 'object' },
    'x-idempotent': { type: 'boolean' },
  },
  Parameter: { 'x-set': { type: 'boolean' }, 'x-set-by-browser': { type: 'boolean' } },
  RequestBody: { 'x-body-limit': { type: 'string' } },
  MediaType: { 'x-itemSchema': 'Schema' },
  Schema: { 'x-open-enum': { type: 'boolean' } },
}

/** Adds our keys to what Redocly knows of OpenAPI. */
export const typeExtension = {
  oas3: (types: Record<string, NodeType>): Record<string, NodeType> => {
    const extended = Object.entries(types).map(([name, type]) => {
      return [name, { ...type, properties: { ...type.properties, ...extensions[name] } }]
    })
    return Object.fromEntries(extended)
  },
}
