// The contract of a resource: a file for each component and each URL.
import type { Field } from '../fields.ts'
import { sentence, withArticle } from '../names.ts'
import {
  codeOf,
  componentOf,
  hasSummary,
  idName,
  isAuthored,
  isLong,
  isOwned,
  itemPath,
  listedName,
  listPath,
  operationsOf,
  type Resource,
} from '../resource.ts'
import { sampleOf } from '../samples.ts'
import { yaml } from '../yaml.ts'

type Files = Record<string, string>

const visibleLine = String.raw`^[^\s\p{Cc}\p{M}\p{DI}\u2800](?:\P{Cc}*[^\s\p{Cc}])?$`
const visibleText = String.raw`[^\s\p{Cc}\p{M}\p{DI}\u2800]`
/** Up to this length a string is one line. */
const longestLine = 200
const sampleId = '01936298-0d4f-7a3c-9b51-6c2de80f7a14'
const sampleTime = '2026-03-01T09:12:32.463Z'

/** Returns the new files of the contract by path. */
export function contractFiles(resource: Resource): Files {
  const { one, fields } = resource
  const schema = (name: string) => `openapi/components/schemas/${name}.yaml`
  const file = (path: string) => `openapi/paths/${path.slice(1).replaceAll('/', '_')}.yaml`
  return {
    ...Object.fromEntries(
      fields.map((field) => [
        schema(componentOf(resource, field)),
        yaml(schemaOf(resource, field)),
      ]),
    ),
    [schema(one.pascal)]: yaml(whole(resource)),
    [schema(`${one.pascal}Create`)]: yaml(creation(resource)),
    [schema(`${one.pascal}Update`)]: yaml(update(resource)),
    ...(hasSummary(resource) && { [schema(`${one.pascal}Summary`)]: yaml(summary(resource)) }),
    [schema(`${one.pascal}Page`)]: yaml(page(resource)),
    [`openapi/components/parameters/${one.pascal}Id.yaml`]: yaml(idParameter(resource)),
    ...(fields.some((it) => it.isUnique) && {
      [`openapi/components/responses/${one.pascal}Conflict.yaml`]: yaml(conflictResponse(resource)),
    }),
    [file(listPath(resource))]: listOperations(resource),
    [file(itemPath(resource))]: itemOperations(resource),
  }
}

export function schemaOf({ one }: Pick<Resource, 'one'>, field: Field): object {
  const description = `The ${field.name.spoken} of the ${one.spoken}.`
  const { isList, isOptional } = field
  const value = valueSchema(field)
  if (isList) {
    const type = isOptional ? ['array', 'null'] : 'array'
    return { description, type, maxItems: 100, items: value }
  }
  if (!isOptional) return { description, ...value }
  const { type, ...rest } = value as { type: string; enum?: string[] }
  const nullable = { description, type: [type, 'null'], ...rest }
  return rest.enum ? { ...nullable, enum: [...rest.enum, null] } : nullable
}

function valueSchema({ type, min, max, values }: Field): object {
  switch (type) {
    case 'string': {
      const pattern = (max ?? 0) > longestLine ? visibleText : visibleLine
      return { type, minLength: min, maxLength: max, ...(min !== 0 && { pattern }) }
    }
    case 'integer':
    case 'number':
      return {
        type,
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && { maximum: max }),
      }
    case 'boolean':
      return { type }
    case 'date':
      return { type: 'string', format: 'date' }
    case 'datetime':
      return { type: 'string', format: 'date-time' }
    case 'enum':
      return { type: 'string', enum: values }
    case 'json':
      return { type: 'object', additionalProperties: true }
    case 'ref':
      return { type: 'string', format: 'lower-case-uuid' }
  }
}

const reference = (resource: Resource, field: Field) => ({
  $ref: `${componentOf(resource, field)}.yaml`,
})

const members = (resource: Resource) =>
  Object.fromEntries(resource.fields.map((it) => [it.name.camel, reference(resource, it)]))

/** Returns a representation, as the API answers it. */
function example({ fields }: Resource): Record<string, unknown> {
  const values = Object.fromEntries(fields.map((it) => [it.name.camel, sampleOf(it)]))
  return { id: sampleId, ...values, createdAt: sampleTime, updatedAt: sampleTime }
}

const time = (description: string) => ({ description, type: 'string', format: 'date-time' })

function whole(resource: Resource): object {
  const { one } = resource
  const properties = {
    id: { $ref: 'ResourceId.yaml' },
    ...members(resource),
    createdAt: time(`When the ${one.spoken} was created.`),
    updatedAt: time(`When the ${one.spoken} was last changed.`),
  }
  return {
    description: `${sentence(withArticle(one.spoken))}.`,
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
    examples: [example(resource)],
  }
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
  return {
    description: `The changes to ${withArticle(resource.one.spoken)}. Properties that are left out keep their values.`,
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: members(resource),
  }
}

/** Returns what a list shows of each: all but what may be long. */
function summary(resource: Resource): object {
  const { properties, examples, ...rest } = whole(resource) as {
    properties: Record<string, unknown>
    examples: Record<string, unknown>[]
  }
  const names = resource.fields.filter(isLong).map((it) => it.name.camel)
  const without = (of: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name)))
  const { one } = resource
  return {
    ...rest,
    description: `${sentence(withArticle(one.spoken))} as lists show it. \`${operationsOf(resource).get}\` returns the rest.`,
    required: Object.keys(without(properties)),
    properties: without(properties),
    examples: examples.map(without),
  }
}

function page(resource: Resource): object {
  const { many } = resource
  return {
    description: `One page of ${many.spoken}, newest first.`,
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

/** Returns the response of a write whose unique value another row has. */
function conflictResponse(resource: Resource): object {
  const unique = resource.fields.filter((it) => it.isUnique)
  const examples = unique.map((field) => {
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
  return {
    description: `Another ${resource.one.spoken} has the value.`,
    headers: { 'X-Request-Id': { $ref: '../headers/RequestId.yaml' } },
    content: {
      'application/problem+json': {
        schema: { $ref: '../schemas/Problem.yaml' },
        examples: Object.fromEntries(examples),
      },
    },
  }
}

/** What the operations say of themselves, by who may call them. */
function wordsOf(resource: Resource) {
  const { access, one, many } = resource
  const writers = {
    owner: 'Only the user and superusers',
    public: 'Only its author and superusers',
    admin: 'Only superusers',
  }
  const mayChange = `${writers[access]} may call it; any other caller gets a 403.`
  const isPublic = access === 'public'
  return {
    mayRead: isPublic ? 'Anyone may call it.' : mayChange,
    mayCreate: isPublic ? 'Any user who is logged in may call it.' : mayChange,
    mayChange,
    unknown: isOwned(resource)
      ? `Another user's ${one.spoken} is a 404.`
      : `An unknown ${one.spoken} is a 404.`,
    listed: isOwned(resource) ? `the user's ${many.spoken}` : `all ${many.spoken}`,
    whose: isOwned(resource) ? `your own` : 'all',
  }
}

function policies(resource: Resource, kind: 'read' | 'write', invalidates: readonly string[] = []) {
  const { access, cacheSeconds } = resource
  const isOpen = access === 'public' && kind === 'read'
  const scope = access === 'owner' ? ', scope: own' : access === 'admin' ? ', scope: principal' : ''
  return [
    `tags: [${resource.many.pascal}]`,
    `security: ${isOpen ? '[]' : `[{ bearer: [${access === 'admin' ? 'superuser' : ''}] }]`}`,
    ...(isOwned(resource) ? ['x-owner: username'] : []),
    ...(kind === 'read' && cacheSeconds !== undefined
      ? [`x-cache: { ttl: ${cacheSeconds}${scope} }`]
      : []),
    ...(kind === 'write' ? [`x-invalidates: [${invalidates.join(', ')}]`] : []),
  ]
}

function parameters(resource: Resource, { hasId = false, isList = false }) {
  const names = [
    ...(isOwned(resource) ? ['Username'] : []),
    ...(hasId ? [`${resource.one.pascal}Id`] : []),
    ...(isList ? ['Limit', 'Cursor'] : []),
  ]
  if (names.length === 0) return []
  return ['parameters:', ...names.map((it) => `  - $ref: ../components/parameters/${it}.yaml`)]
}

const conflictOf = ({ one }: Resource) => [
  "  '409':",
  `    $ref: ../components/responses/${one.pascal}Conflict.yaml`,
]
export const notFound = ["  '404':", '    $ref: ../components/responses/NotFound.yaml']

export function answer(status: number, description: string, schema?: string) {
  return [
    'responses:',
    `  '${status}':`,
    `    description: ${description}`,
    ...(schema
      ? [
          '    content:',
          '      application/json:',
          '        schema:',
          `          $ref: ../components/schemas/${schema}.yaml`,
        ]
      : []),
  ]
}

export function body(schema: string, value: object) {
  const lines = yaml({ value }).trimEnd().split('\n').slice(1)
  return [
    'requestBody:',
    '  required: true',
    '  content:',
    '    application/json:',
    '      schema:',
    `        $ref: ../components/schemas/${schema}.yaml`,
    '      example:',
    ...lines.map((it) => `      ${it}`),
  ]
}

interface Operation {
  readonly method: string
  readonly id: string
  readonly summary: string
  readonly description: string
  readonly rest: readonly string[]
}

export function operation({ method, id, summary, description, rest }: Operation): string {
  const folded = yaml({ description })
  return [
    `${method}:`,
    `  operationId: ${id}`,
    `  summary: ${summary}`,
    ...folded
      .trimEnd()
      .split('\n')
      .map((it) => `  ${it}`),
    ...rest.map((it) => `  ${it}`),
    '',
  ].join('\n')
}

function listOperations(resource: Resource): string {
  const { one, many, fields } = resource
  const { list, create } = operationsOf(resource)
  const { mayRead, mayCreate, listed, whose } = wordsOf(resource)
  const isConflicting = fields.some((it) => it.isUnique)
  const values = Object.fromEntries(fields.map((it) => [it.name.camel, sampleOf(it)]))
  const read = operation({
    method: 'get',
    id: list,
    summary: `List ${whose} ${many.spoken}`,
    description: `Returns ${listed}, newest first, page by page. ${mayRead} A cursor that was not issued by this list is a 422.`,
    rest: [
      ...policies(resource, 'read'),
      ...parameters(resource, { isList: true }),
      ...answer(200, `A page of ${many.spoken}.`, `${one.pascal}Page`),
    ],
  })
  const write = operation({
    method: 'post',
    id: create,
    summary: `Create ${withArticle(one.spoken)}`,
    description: `Creates ${withArticle(one.spoken)}. ${mayCreate}`,
    rest: [
      ...policies(resource, 'write', [list]),
      ...parameters(resource, {}),
      ...body(`${one.pascal}Create`, values),
      ...answer(201, `The new ${one.spoken}.`, one.pascal),
      ...(isConflicting ? conflictOf(resource) : []),
    ],
  })
  return read + write
}

const reference403 = ["  '403':", '    $ref: ../components/responses/Forbidden.yaml']

function itemOperations(resource: Resource): string {
  const { one, fields, access, isSoftDeleted } = resource
  const { list, get, update: change, delete: remove } = operationsOf(resource)
  const { mayRead, mayChange, unknown } = wordsOf(resource)
  const forbidden = isAuthored(resource) ? reference403 : []
  const [first] = fields
  const changes = first ? { [first.name.camel]: sampleOf(first, 2) } : {}
  const read = operation({
    method: 'get',
    id: get,
    summary: `Get ${withArticle(one.spoken)}`,
    description: `Returns ${withArticle(one.spoken)}. ${mayRead} ${unknown}`,
    rest: [
      ...policies(resource, 'read'),
      ...parameters(resource, { hasId: true }),
      ...answer(200, `The ${one.spoken}.`, one.pascal),
      ...(access === 'public' ? notFound : []),
    ],
  })
  const patch = operation({
    method: 'patch',
    id: change,
    summary: `Update ${withArticle(one.spoken)}`,
    description: `Changes the properties that are sent and returns the ${one.spoken}. ${mayChange} ${unknown}`,
    rest: [
      ...policies(resource, 'write', [get, list]),
      ...parameters(resource, { hasId: true }),
      ...body(`${one.pascal}Update`, changes),
      ...answer(200, `The updated ${one.spoken}.`, one.pascal),
      ...forbidden,
      ...(fields.some((it) => it.isUnique) ? conflictOf(resource) : []),
    ],
  })
  const erase = operation({
    method: 'delete',
    id: remove,
    summary: `Delete ${withArticle(one.spoken)}`,
    description: `Deletes ${withArticle(one.spoken)}${isSoftDeleted ? ': it is no longer visible, and removed for good after some days' : ' for good'}. ${mayChange} ${unknown}`,
    rest: [
      ...policies(resource, 'write', [get, list]),
      ...parameters(resource, { hasId: true }),
      ...answer(204, `The ${one.spoken} is deleted.`),
      ...forbidden,
    ],
  })
  return read + patch + erase
}
