// The components of a resource in the contract: its schemas, parameters and responses.
import type { Field } from '../fields.ts'
import { sentence, withArticle } from '../names.ts'
import {
  codeOf,
  componentOf,
  hasSummary,
  idName,
  isAuthored,
  listedFields,
  listedName,
  operationsOf,
  type Resource,
  uniqueFields,
} from '../resource.ts'
import { sampleId, sampleOf, sampleUserId } from '../samples.ts'
import { yaml } from '../yaml.ts'

const visibleLine = String.raw`^[^\s\p{Cc}\p{M}\p{DI}\u2800](?:\P{Cc}*[^\s\p{Cc}])?$`
const visibleText = String.raw`[^\s\p{Cc}\p{M}\p{DI}\u2800]`
/** Up to this length a string is one line. */
const longestLine = 200
const sampleTime = '2026-03-01T09:12:32.463Z'

/** Returns the components by path. */
export function components(resource: Resource): Record<string, string> {
  const { one, fields, sorted, searched, filtered } = resource
  const schemas = {
    [one.pascal]: whole(resource),
    ...(hasSummary(resource) && { [listedName(resource)]: summary(resource) }),
    [`${one.pascal}Create`]: creation(resource),
    [`${one.pascal}Update`]: update(resource),
    [`${one.pascal}Page`]: page(resource),
    ...Object.fromEntries(fields.map((it) => [componentOf(resource, it), schemaOf(resource, it)])),
  }
  const parameters = {
    [`${one.pascal}Id`]: idParameter(resource),
    ...(sorted.length > 0 && { [`${one.pascal}Sort`]: sortParameter(resource) }),
    ...(searched.length > 0 && { [`${one.pascal}Search`]: searchParameter(resource) }),
    ...Object.fromEntries(
      filtered.map((it) => [componentOf(resource, it), filterParameter(resource, it)]),
    ),
  }
  const hasConflicts = uniqueFields(resource).length > 0
  const responses = hasConflicts ? { [`${one.pascal}Conflict`]: conflictResponse(resource) } : {}
  const files = Object.entries({ schemas, parameters, responses }).flatMap(([folder, all]) =>
    Object.entries(all).map(([name, it]) => [
      `openapi/components/${folder}/${name}.yaml`,
      yaml(it),
    ]),
  )
  return Object.fromEntries(files)
}

/** Returns the schema of a field. */
export function schemaOf({ one }: Pick<Resource, 'one'>, field: Field): object {
  const { isList, isOptional } = field
  const nullable = (of: string) => (isOptional ? [of, 'null'] : of)
  const description = `${meaningOf(field, one.spoken)}${isOptional ? ' Null for none.' : ''}`
  const value = valueSchema(field)
  if (isList) return { description, type: nullable('array'), maxItems: 100, items: value }
  const values = value.enum && isOptional ? { enum: [...value.enum, null] } : {}
  return { description, ...value, type: nullable(value.type), ...values }
}

/** Returns what a field says of a resource, as a sentence. */
function meaningOf({ name, type }: Field, noun: string): string {
  const { spoken } = name
  if (type === 'ref') return `The id of the ${spoken.replace(/ id$/, '')} of the ${noun}.`
  if (type === 'boolean') return `Whether the ${noun} ${spoken.replace(/^(?!is |has )/, 'is ')}.`
  const [, day] = /^(.+) (?:on|at)$/.exec(spoken) ?? []
  if (day && type === 'date') return `The day on which the ${noun} is ${day}.`
  if (day && type === 'datetime') return `When the ${noun} is ${day}.`
  return `The ${spoken} of the ${noun}.`
}

interface ValueSchema {
  readonly type: string
  readonly enum?: readonly string[]
}

function valueSchema({ type, min, max, values }: Field): ValueSchema {
  switch (type) {
    case 'string': {
      const pattern = (max ?? 0) > longestLine ? visibleText : visibleLine
      return { type, minLength: min, maxLength: max, ...(min !== 0 && { pattern }) } as ValueSchema
    }
    case 'integer':
    case 'number': {
      const minimum = min !== undefined && { minimum: min }
      return { type, ...minimum, ...(max !== undefined && { maximum: max }) } as ValueSchema
    }
    case 'boolean':
      return { type }
    case 'date':
      return { type: 'string', format: 'date' } as ValueSchema
    case 'datetime':
      return { type: 'string', format: 'date-time' } as ValueSchema
    case 'enum':
      return { type: 'string', enum: values }
    case 'json':
      return { type: 'object', additionalProperties: true } as ValueSchema
    case 'ref':
      return { type: 'string', format: 'lower-case-uuid' } as ValueSchema
  }
}

const members = (resource: Resource, fields = resource.fields) =>
  Object.fromEntries(
    fields.map((it) => [it.name.camel, { $ref: `${componentOf(resource, it)}.yaml` }]),
  )

const time = (description: string) => ({ description, type: 'string', format: 'date-time' })

function representation(resource: Resource, fields: readonly Field[], description: string) {
  const { one } = resource
  const author = { description: `The id of the user who created the ${one.spoken}.` }
  const properties = {
    id: { $ref: 'ResourceId.yaml' },
    ...(isAuthored(resource) && {
      authorId: { ...author, type: 'string', format: 'lower-case-uuid' },
    }),
    ...members(resource, fields),
    createdAt: time(`When the ${one.spoken} was created.`),
    updatedAt: time(`When the ${one.spoken} was last changed.`),
  }
  const example = {
    id: sampleId,
    ...(isAuthored(resource) && { authorId: sampleUserId }),
    ...Object.fromEntries(fields.map((it) => [it.name.camel, sampleOf(it)])),
    createdAt: sampleTime,
    updatedAt: sampleTime,
  }
  return {
    description,
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
    examples: [example],
  }
}

function whole(resource: Resource): object {
  const { one, fields } = resource
  return representation(resource, fields, `${sentence(withArticle(one.spoken))}.`)
}

function summary(resource: Resource): object {
  const { get } = operationsOf(resource)
  const noun = sentence(withArticle(resource.one.spoken))
  const description = `${noun} as lists show it. \`${get}\` returns the rest.`
  return representation(resource, listedFields(resource), description)
}

function creation(resource: Resource): object {
  const required = resource.fields.filter((it) => !it.isOptional).map((it) => it.name.camel)
  return {
    description: `A new ${resource.one.spoken}.`,
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties: members(resource),
  }
}

function update(resource: Resource): object {
  const noun = withArticle(resource.one.spoken)
  return {
    description: `The changes to ${noun}. Properties that are left out keep their values.`,
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: members(resource),
  }
}

function page(resource: Resource): object {
  const { many } = resource
  return {
    description: `One page of ${many.spoken}.`,
    type: 'object',
    additionalProperties: false,
    required: ['items', 'nextCursor'],
    properties: {
      items: {
        description: `The ${many.spoken} of this page.`,
        type: 'array',
        maxItems: 100,
        items: { $ref: `${listedName(resource)}.yaml` },
      },
      nextCursor: { $ref: 'NextCursor.yaml' },
    },
  }
}

function idParameter(resource: Resource): object {
  return {
    name: idName(resource),
    in: 'path',
    required: true,
    description: `The id of the ${resource.one.spoken}.`,
    schema: { $ref: '../schemas/ResourceId.yaml' },
    example: sampleId,
  }
}

function sortParameter({ many, sorted }: Resource): object {
  const orders = ['createdAt', ...sorted.map((it) => it.name.camel)]
  return {
    name: 'sort',
    in: 'query',
    description: `The order of the ${many.spoken}: a field, with a minus for descending. Without it the newest come first, as with \`-createdAt\`.`,
    schema: { type: 'string', enum: orders.flatMap((it) => [it, `-${it}`]) },
    example: orders[1],
  }
}

function searchParameter({ many, searched }: Resource): object {
  const names = searched.map((it) => it.name.spoken).join(' or ')
  return {
    name: 'q',
    in: 'query',
    description: `Returns only ${many.spoken} whose ${names} contains this text, without regard to case. It must have three letters or digits in a row.`,
    schema: { $ref: '../schemas/SearchText.yaml' },
    example: 'example',
  }
}

function filterParameter(resource: Resource, field: Field): object {
  const component = { $ref: `../schemas/${componentOf(resource, field)}.yaml` }
  return {
    name: field.name.camel,
    in: 'query',
    description: `Returns only ${resource.many.spoken} with this ${field.name.spoken}.`,
    schema: field.isOptional ? valueSchema(field) : component,
    example: sampleOf(field),
  }
}

/** Returns the response of a write whose unique value another row has. */
function conflictResponse(resource: Resource): object {
  const examples = uniqueFields(resource).map((field) => {
    const code = codeOf(resource, field)
    const value = {
      type: `/problems/${code.replaceAll('_', '-')}`,
      title: sentence(code.replaceAll('_', ' ')),
      status: 409,
      detail: `This ${field.name.spoken} is taken.`,
      code,
      requestId: '0193629f-8458-7d0e-b6c4-08f5a2e97b3d',
    }
    return [`${field.name.camel}Taken`, { summary: `The ${field.name.spoken} is taken`, value }]
  })
  const names = uniqueFields(resource).map((it) => it.name.spoken)
  return {
    description: `Another ${resource.one.spoken} has the ${names.join(' or the ')}.`,
    headers: { 'X-Request-Id': { $ref: '../headers/RequestId.yaml' } },
    content: {
      'application/problem+json': {
        schema: { $ref: '../schemas/Problem.yaml' },
        examples: Object.fromEntries(examples),
      },
    },
  }
}
