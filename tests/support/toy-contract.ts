// Builds small contracts for tests and compiles them with the same codegen as ours, to test the engine
// with operations that this product does not have.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ours from '../../generated/openapi.json' with { type: 'json' }
import type { Document, OperationObject, Schema } from '../../scripts/contract/document.ts'
import { outlineOperations } from '../../scripts/contract/operations.ts'
import { outlineSchemes } from '../../scripts/contract/security.ts'
import { generateSerializers } from '../../scripts/contract/serializers.ts'
import { generateValidators } from '../../scripts/contract/validators.ts'
import type { SerializerTable, ValidatorTable } from '../../src/engine/operation.ts'
import { basePathOf } from '../../src/engine/servers.ts'

const problems = ours.components.schemas as unknown as Record<string, Schema>
const closed = { additionalProperties: false }

/** Returns a document with these paths and schemas, and our problem document. */
export function toyDocument(
  paths: Record<string, Record<string, OperationObject>>,
  schemas: Record<string, Schema> = {},
): Document {
  const { ProblemCode, RequestId } = problems
  const Problem = { ...problems.Problem, ...closed }
  const ProblemError = { ...problems.ProblemError, ...closed }
  return {
    openapi: '3.1.1',
    info: { title: 'Toy', version: '1.0.0' },
    servers: [{ url: '/toy' }],
    paths,
    components: {
      schemas: { Problem, ProblemCode, ProblemError, RequestId, ...schemas } as Record<
        string,
        Schema
      >,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
}

/** Returns an operation that passes the lint, with fields replaced. */
export function toyOperation(fields: Partial<OperationObject> = {}): OperationObject {
  return {
    operationId: 'getThing',
    summary: 'Get the thing',
    description: 'Answers the thing.',
    tags: ['Things'],
    security: [],
    responses: { 204: { description: 'Nothing' } },
    ...fields,
  }
}

/** Returns a 200 response with a body. */
export function ok(schema: Schema, example: unknown = {}): OperationObject['responses'] {
  const content = { 'application/json': { schema, examples: { one: { value: example } } } }
  return { 200: { description: 'The thing', content } }
}

/** Returns a document with one operation whose request and response have the same schema. */
export function toyRoundTrip(
  schema: Schema | Record<string, unknown>,
  schemas: Record<string, Schema> = {},
): Document {
  const requestBody = { content: { 'application/json': { schema } } }
  const post = toyOperation({ operationId: 'createThing', requestBody, responses: ok(schema) })
  return toyDocument({ '/thing': { post } }, schemas)
}

/** Compiles a document to what the engine needs. */
export async function compile(document: Document) {
  const folder = await mkdtemp(join(tmpdir(), 'toy-contract-'))
  try {
    const load = async (name: string, source: string) => {
      const file = join(folder, name)
      await writeFile(file, source)
      return import(/* @vite-ignore */ pathToFileURL(file).href)
    }
    const validators = await load('validators.mjs', await generateValidators(document))
    const serializers = await load('serializers.mjs', await generateSerializers(document))
    return {
      basePath: basePathOf(document),
      document: () => document,
      operations: outlineOperations(document),
      securitySchemes: outlineSchemes(document),
      validators: validators.validators as ValidatorTable,
      serializers: serializers.serializers as SerializerTable<string>,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
