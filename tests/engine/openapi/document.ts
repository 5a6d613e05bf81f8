// Fills in what the contract of a row leaves out.
import { parse } from 'yaml'
import type { Document } from '../../../scripts/contract/document.ts'
import { upgradeDocument } from '../../../scripts/contract/upgrade.ts'
import { isSafe } from '../../../src/engine/operation.ts'
import type { Row } from './row.ts'

type Fields = Record<string, unknown>

const inComponents = [
  'schemas',
  'securitySchemes',
  'headers',
  'responses',
  'requestBodies',
  'examples',
]
const operation = /^(\w+) (\/\S*)$/

/** Returns the complete document of a row. */
export function documentOf({ contract }: Pick<Row, 'contract'>): Document {
  const fields = parse(contract) as Fields
  const paths = (fields.paths ?? {}) as Record<string, Fields>
  const components: Fields = { schemas: {}, securitySchemes: {}, ...(fields.components as Fields) }
  const others: Fields = {}
  for (const [key, value] of Object.entries(fields)) {
    const [, method, path] = operation.exec(key) ?? []
    if (method !== undefined && path !== undefined) {
      paths[path] = {
        ...paths[path],
        [method]: completed(value as Fields, method, path, fields.security),
      }
    } else if (inComponents.includes(key) && !fields.swagger) components[key] = value
    else others[key] = value
  }
  const info = { title: 'Row', version: '1.0.0' }
  const document = others.swagger
    ? { info, ...others, paths }
    : { openapi: '3.1.1', info, ...others, paths, components }
  return upgradeDocument(document) as Document
}

function completed(
  fields: Fields | null,
  method: string,
  path: string,
  ofDocument: unknown,
): Fields {
  const words = path.split(/\W+/).map((it) => it.charAt(0).toUpperCase() + it.slice(1))
  const { requestBody, responses, ...rest } = fields ?? {}
  const answers = Object.entries((responses ?? { 204: {} }) as Record<string, Fields>)
  return {
    operationId: method + words.join(''),
    ...(ofDocument === undefined && { security: [] }),
    ...(!isSafe(method) && { 'x-invalidates': [] }),
    ...rest,
    ...(requestBody !== undefined && {
      requestBody: withJson({ required: true }, requestBody as Fields),
    }),
    responses: Object.fromEntries(
      answers.map(([status, it]) => [status, withJson({ description: 'Done' }, it)]),
    ),
  }
}

/** Puts `json: <schema>` where OpenAPI has it. */
function withJson(defaults: Fields, { json, ...given }: Fields): Fields {
  if ('$ref' in given) return given
  const content = json !== undefined && { content: { 'application/json': { schema: json } } }
  return { ...defaults, ...content, ...given }
}
