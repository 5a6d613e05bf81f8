// The contract of one operation: its text in the file of its path, and the components that it needs.
import type { Field } from '../fields.ts'
import { type Name, nameOf, sentence, withArticle } from '../names.ts'
import type { Plan } from '../plan-operation.ts'
import { sampleOf } from '../samples.ts'
import { yaml } from '../yaml.ts'
import { schemaOf } from './components.ts'

const securities = {
  anyone: '[]',
  user: '[{ bearer: [] }]',
  owner: '[{ bearer: [] }]',
  superuser: '[{ bearer: [superuser] }]',
}
const mayCall = {
  anyone: 'Anyone may call it.',
  user: 'Any user who is logged in may call it.',
  owner: 'Only the user and superusers may call it; any other caller gets a 403.',
  superuser: 'Only superusers may call it; any other caller gets a 403.',
}

const notFound = ["  '404':", '    $ref: ../components/responses/NotFound.yaml']

function answer(status: number, description: string, schema?: string) {
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

function body(schema: string, value: object) {
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

function operation({ method, id, summary, description, rest }: Operation): string {
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

const bodyName = ({ name }: Plan) => `${name.pascal}Request`

/** Returns the values of an example. */
export const samplesOf = (fields: readonly Field[]) =>
  Object.fromEntries(fields.map((it) => [it.name.camel, sampleOf(it)]))

/** Returns the operation as it stands in the file of its path. */
export function operationText(plan: Plan, parameters: readonly string[]): string {
  const { name, method, caller, owner, parent, answers } = plan
  const [verb = '', ...words] = name.spoken.split(' ')
  const isOne = parent !== undefined && words.join(' ') === spokenOf(parent.schema)
  const object = isOne ? [withArticle(words.join(' '))] : words
  const unknown = parent ? ` An unknown ${spokenOf(parent.schema)} is a 404.` : ''
  return operation({
    method,
    id: name.camel,
    summary: sentence([verb, ...object].join(' ')),
    description: `${sentence([third(verb), ...object].join(' '))}. ${mayCall[caller]}${unknown}`,
    rest: [
      `tags: [${plan.tag}]`,
      `security: ${securities[caller]}`,
      ...(owner ? [`x-owner: ${owner}`] : []),
      ...(method === 'get' ? [] : [`x-invalidates: [${plan.invalidates.join(', ')}]`]),
      ...(parameters.length > 0 ? ['parameters:'] : []),
      ...parameters.map((it) => `  - $ref: ../components/parameters/${it}.yaml`),
      ...(plan.body.length > 0 ? body(bodyName(plan), samplesOf(plan.body)) : []),
      ...(answers ? answer(200, `The ${spokenOf(answers)}.`, answers) : answer(204, 'It is done.')),
      ...(parent && !owner ? notFound : []),
    ],
  })
}

/** Returns the third person of a verb: `publishes`. */
const third = (verb: string) =>
  /(?:s|sh|ch|x|z|o)$/.test(verb)
    ? `${verb}es`
    : `${verb.replace(/([b-df-hj-np-tv-z])y$/, '$1ie')}s`

export const spokenOf = (schema: string) => nameOf(schema, 'a schema').spoken

/** Returns the new schemas by name. */
export function componentsOf(plan: Plan): Record<string, string> {
  const { name, returns, answers } = plan
  const isNew = answers !== undefined && typeof returns === 'object'
  return {
    ...(plan.body.length > 0 && {
      [bodyName(plan)]: objectOf(name, plan.body, `The body of \`${name.camel}\``),
    }),
    ...(isNew && {
      [answers]: objectOf(nameOf(answers, 'a schema'), returns, `What \`${name.camel}\` answers`, [
        samplesOf(returns),
      ]),
    }),
  }
}

function objectOf(name: Name, fields: readonly Field[], what: string, examples?: object[]): string {
  const required = fields.filter((it) => examples || !it.isOptional).map((it) => it.name.camel)
  const properties = fields.map((it) => [it.name.camel, schemaOf({ one: name }, it)])
  return yaml({
    description: `${what}.`,
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(properties),
    ...(examples && { examples }),
  })
}

/** Returns a path parameter: an id, or a short text. */
export function parameterFile(name: string): string {
  const { spoken } = nameOf(name, 'a parameter')
  const text = { type: 'string', minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9._~-]+$' }
  return yaml({
    name,
    in: 'path',
    required: true,
    description: `The ${spoken}.`,
    schema: name.endsWith('Id') ? { $ref: '../schemas/ResourceId.yaml' } : text,
    example: pathSample(name),
  })
}

const sampleId = '01936298-0d4f-7a3c-9b51-6c2de80f7a14'

/** Returns a value that a path parameter accepts. */
export const pathSample = (name: string) => (name.endsWith('Id') ? sampleId : 'sample')
