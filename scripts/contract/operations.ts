// Writes `generated/operations.ts`: the contract's operations as constants, in the shape that
// `src/engine/operation.ts` declares, so that the engine and the compiler read the same facts.
import type { Operation } from '../../src/engine/operation.ts'
import { basePathOf } from '../../src/engine/servers.ts'
import { outlineBody } from './bodies.ts'
import { cachePolicies, readOperations } from './caching.ts'
import { clientStyles } from './client-styles.ts'
import {
  type Document,
  type DocumentedOperation,
  eachOperation,
  type Parameter,
} from './document.ts'
import { parameterTable } from './parameters.ts'
import { responseTable } from './responses.ts'
import { outlineSchemes } from './security.ts'

/** The operations of a bundled contract, by operationId. */
export function outlineOperations(document: Document): Record<string, Operation> {
  const found = [...eachOperation(document)]
  const reads = readOperations(document)
  return Object.fromEntries(
    found.map((it) => [it.operation.operationId, outline(document, it, reads)]),
  )
}

/** The source of `generated/operations.ts`. */
export function generateOperations(document: Document): string {
  const facts = {
    title: document.info.title,
    version: document.info.version,
    basePath: basePathOf(document),
  }
  const operations = outlineOperations(document)
  return [
    '// Written by `npm run codegen` from openapi/; edit the contract, not this file.',
    "import type { Operation, SecurityScheme } from '../src/engine/operation.ts'",
    "import type { Styles } from '../src/engine/steps/styles.ts'",
    '',
    `export const contract = ${JSON.stringify(facts, null, 2)} as const`,
    '',
    `export const securitySchemes = ${JSON.stringify(outlineSchemes(document), null, 2)} as const satisfies Record<string, SecurityScheme>`,
    '',
    `export const operations = ${JSON.stringify(operations, null, 2)} as const satisfies Record<string, Operation>`,
    '',
    '/** For the client: what openapi-fetch does not write by itself. */',
    `export const styles: Record<string, Styles> = ${JSON.stringify(clientStyles(operations), null, 2)}`,
    '',
  ].join('\n')
}

function outline(
  document: Document,
  { path, method, operation, parameters }: DocumentedOperation,
  reads: ReturnType<typeof readOperations>,
): Operation {
  return {
    operationId: operation.operationId,
    method,
    path,
    security: operation.security ?? [],
    parameters: {
      path: parameterTable(document, inPlace(parameters, 'path')),
      query: parameterTable(document, inPlace(parameters, 'query')),
      header: parameterTable(document, inPlace(parameters, 'header')),
      cookie: parameterTable(document, inPlace(parameters, 'cookie')),
    },
    body: outlineBody(document, operation),
    responses: responseTable(document, operation),
    ...(operation['x-owner'] && { owner: operation['x-owner'] }),
    ...cachePolicies(document, { path, method, operation, parameters }, reads),
    ...(operation['x-rate-limit'] && { rateLimit: operation['x-rate-limit'] }),
    ...(operation['x-idempotent'] && { idempotent: operation['x-idempotent'] }),
  }
}

const inPlace = (all: Parameter[], place: Parameter['in']) => all.filter((it) => it.in === place)
