// Checks that a document is OpenAPI at all: that each object has what it must have, of the type that it
// must have. The lint, codegen and the mock take that for granted.
import {
  BaseResolver,
  createConfig,
  lintDocument,
  makeDocumentFromString,
  type NodeType,
  type NormalizedProblem,
  Oas3_1Types,
  Oas3_2Types,
} from '@redocly/openapi-core'
import { typeExtension } from './event-streams.ts'

/** What is wrong with a document, by a rule of Redocly, with a pointer to the place. */
export interface StructureError {
  readonly pointer: string
  readonly message: string
  readonly rule: string
}

/** Returns where a document is not OpenAPI 3.1 or 3.2. */
export async function structureErrors(document: object): Promise<StructureError[]> {
  const { openapi } = document as { openapi?: unknown }
  const problems = await lintDocument({
    document: makeDocumentFromString(JSON.stringify(document), 'openapi.json'),
    config: await structure,
    customTypes: withAnyField(`${openapi}`.startsWith('3.2') ? Oas3_2Types : Oas3_1Types),
    externalRefResolver: new BaseResolver(),
  })
  return problems.map(errorOf)
}

/** Returns a problem of Redocly's as an error. */
export function errorOf({ message, ruleId, location: [place] }: NormalizedProblem): StructureError {
  return { pointer: place?.pointer ?? '#/', message, rule: ruleId }
}

const structure = createConfig({ rules: { struct: 'error', 'no-unresolved-refs': 'error' } })

/** Lets objects have fields that OpenAPI does not know: other tools read them, and the lint reports them. */
function withAnyField(types: Record<string, NodeType>): Record<string, NodeType> {
  return Object.fromEntries(
    Object.entries(typeExtension.oas3(types)).map(([name, type]) => [
      name,
      { ...type, additionalProperties: type.additionalProperties ?? null },
    ]),
  )
}
