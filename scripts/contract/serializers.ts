// Writes `generated/serializers.js`: for each response a function that writes exactly what its
// schema declares. A property the contract does not name is never read, so it cannot leave; a value
// of another type than declared throws, so nothing is coerced into something that looks right.
import { eventStreamType } from '../../src/engine/event-stream.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import { bundleModule } from './bundle-module.ts'
import { type Document, eachOperation } from './document.ts'
import { writtenSchema } from './event-streams.ts'
import { responsesOf } from './responses.ts'
import { reference } from './writers.ts'

/** The source of `generated/serializers.js`. @throws Error where a schema leaves the subset. */
export async function generateSerializers(document: Document): Promise<string> {
  const components = new Map<string, string>()
  const table = [...eachOperation(document)].map(({ operation }) => {
    const entries = responsesOf(document, operation).flatMap(([key, { content = {} }]) => {
      const name = key.endsWith('XX') ? `'${key}'` : key
      const [first] = Object.entries(content)
      if (first === undefined || isRawType(first[0])) return []
      const schema = writtenSchema(...first)
      if (schema === undefined) return first[0] === eventStreamType ? [] : [`    ${name}: any,`]
      return [`    ${name}: ${reference(document, schema, components)},`]
    })
    return `  ${operation.operationId}: {\n${entries.join('\n')}\n  },`
  })
  const { Problem } = document.components.schemas
  const problem =
    Problem && reference(document, { $ref: '#/components/schemas/Problem' }, components)
  return bundleModule(
    [
      "import { any, array, boolean, integer, members, no, number, object, string } from './src/lib/write-json.ts'",
      ...components.values(),
      `export const serializers = {\n${table.join('\n')}\n}`,
      `export const serializeProblem = ${problem ?? 'JSON.stringify'}`,
    ].join('\n'),
  )
}
