// Writes `generated/serializers.js`: for each response a function that writes exactly what its
// schema declares. A property the contract does not name is never read, so it cannot leave; a value
// of another type than declared throws, so nothing is coerced into something that looks right.
import { eventStreamType } from '../../src/engine/event-stream.ts'
import { bundleModule } from './bundle-module.ts'
import { type Document, eachOperation } from './document.ts'
import { isRawContent, writtenSchema } from './event-streams.ts'
import { contentsOf, responsesOf } from './responses.ts'
import { eachSchema, type Found } from './subschemas.ts'
import { validatorCode } from './validators.ts'
import { openWriters, reference, type Writers } from './writers.ts'

const leaves = 'any, array, boolean, integer, literal, members, no, number, object, string, tuple'

/** The source of `generated/serializers.js`. */
export async function generateSerializers(document: Document): Promise<string> {
  const writers = openWriters(document)
  const table = tableOf(document, writers)
  const { Problem } = document.components.schemas
  const problem = Problem && reference(writers, { $ref: '#/components/schemas/Problem' })
  return bundleModule(
    [
      `import { ${leaves} } from './src/lib/write-json.ts'`,
      "import { byName, fitting } from './src/lib/write-fitting.ts'",
      validatorCode(document, writers.validated),
      ...writers.functions.values(),
      `export const serializers = {\n${table.join('\n')}\n}`,
      `export const serializeProblem = ${problem ?? 'JSON.stringify'}`,
    ].join('\n'),
  )
}

/** Returns the places of the schemas whose values are validated before they are written. */
export function validatedSchemas(document: Document): Found['at'][] {
  const writers = openWriters(document)
  tableOf(document, writers)
  const places = new Map([...eachSchema(document)].map(({ schema, at }) => [schema, at]))
  const found = writers.generic.flatMap((schema) => {
    const place = [schema, ...(schema.allOf ?? [])].find((it) => places.has(it))
    return place === undefined ? [] : [places.get(place) ?? []]
  })
  return [...new Set(found)]
}

function tableOf(document: Document, writers: Writers): string[] {
  return [...eachOperation(document)].map(({ operation }) => {
    const entries = responsesOf(document, operation)
      .flatMap(([key, response]) => contentsOf(document, key, response))
      .flatMap(({ type, media, key }) => {
        if (isRawContent(type, media)) return []
        const name = /^\w+$/.test(key) && !key.endsWith('XX') ? key : JSON.stringify(key)
        const schema = writtenSchema(type, media)
        if (schema === undefined) return type === eventStreamType ? [] : [`    ${name}: any,`]
        return [`    ${name}: ${reference(writers, schema)},`]
      })
    return `  ${operation.operationId}: {\n${entries.join('\n')}\n  },`
  })
}
