// The operations of a resource in the contract: one file for the list, one for each of it.
import { code, wrapped } from '../code.ts'
import { listIndexes } from '../list-indexes.ts'
import { sentence, withArticle } from '../names.ts'
import {
  componentOf,
  hasListQuery,
  isAuthored,
  isOwned,
  itemPath,
  listPath,
  operationsOf,
  type Resource,
  uniqueFields,
} from '../resource.ts'
import { changeOf, phraseOf, sampleOf } from '../samples.ts'
import { scopeOf } from '../scope.ts'
import { yaml } from '../yaml.ts'

/** Returns the file of a path of the contract. */
export const contractFile = (path: string) =>
  `openapi/paths/${path.slice(1).replaceAll('/', '_')}.yaml`

/** Returns the files of the operations by path. */
export const paths = (resource: Resource): Record<string, string> => ({
  [contractFile(listPath(resource))]: listOperations(resource),
  [contractFile(itemPath(resource))]: itemOperations(resource),
})

const notFound = code`
  '404':
    $ref: ../components/responses/NotFound.yaml
`
const forbidden = code`
  '403':
    $ref: ../components/responses/Forbidden.yaml
`
const conflict = ({ one }: Resource) => code`
  '409':
    $ref: ../components/responses/${one.pascal}Conflict.yaml
`

/** Returns who may call the reads and the writes, in words. */
function callers({ access }: Resource) {
  const owner = 'Only the user and superusers may call it; any other caller gets a 403.'
  const author = 'Only its author and superusers may call it; any other user gets a 403.'
  const admin = 'Only superusers may call it; any other caller gets a 403.'
  return {
    owner: { read: owner, create: owner, change: owner },
    public: {
      read: 'Anyone may call it.',
      create: 'Any user who is logged in may call it.',
      change: author,
    },
    admin: { read: 'Anyone may call it.', create: admin, change: admin },
  }[access]
}

function readPolicies(resource: Resource) {
  const { cacheSeconds } = resource
  const by = isOwned(resource) ? 'principal' : 'ip'
  const scope = isOwned(resource) ? ', scope: own' : ''
  return [
    isOwned(resource) ? 'security: [{ bearer: [] }]' : 'security: []',
    ...(isOwned(resource) ? ['x-owner: username'] : []),
    cacheSeconds === undefined
      ? `x-rate-limit: { limit: 300, window: 60, by: ${by} }`
      : `x-cache: { ttl: ${cacheSeconds}${scope} }`,
  ]
}

const writePolicies = (resource: Resource, ...invalidated: string[]) => [
  `security: [{ bearer: [${resource.access === 'admin' ? 'superuser' : ''}] }]`,
  ...(isOwned(resource) ? ['x-owner: username'] : []),
  `x-invalidates: [${invalidated.join(', ')}]`,
  'x-rate-limit: { limit: 60, window: 60, by: principal }',
]

/** Returns the parameters of the path above the list. */
const above = (resource: Resource) =>
  (resource.parent?.parameters ?? (isOwned(resource) ? ['username'] : [])).map(
    (it) => `- $ref: ../components/parameters/${it.charAt(0).toUpperCase()}${it.slice(1)}.yaml`,
  )

const indexes = (resource: Resource) => {
  if (!hasListQuery(resource)) return []
  const all = listIndexes(resource)
  const lines = all.map(({ key, name }) => {
    // Of a list that all share, PostgreSQL may as well read the order and leave out what is not asked for.
    const order = key.split('&').find((it) => it.startsWith('sort=')) ?? 'default'
    const whole = scopeOf(resource) ? undefined : all.find((it) => it.key === order)?.name
    const isOther = key !== 'q' && whole !== undefined && whole !== name
    return `  ${key}: ${isOther ? `[${name}, ${whole}]` : name}`
  })
  return ['x-indexes:', ...lines]
}

function listOperations(resource: Resource): string {
  const { one, many, fields, sorted, filtered, searched, parent } = resource
  const { list, create } = operationsOf(resource)
  const { read, create: mayCreate } = callers(resource)
  const whose = parent ? parent.one.spoken : isOwned(resource) ? 'user' : undefined
  const listed = whose ? `the ${whose}'s ${many.spoken}` : `all ${many.spoken}`
  const order =
    sorted.length > 0 ? ': the newest first, or in the order of `sort`' : ', newest first'
  const names = filtered.map((it) => `\`${it.name.camel}\``).join(' and ')
  const filter = names && ` ${names} ${filtered.length > 1 ? 'filter' : 'filters'} them.`
  const search = searched.length > 0 ? ' `q` searches them.' : ''
  const described = `Returns ${listed} page by page${order}.${filter}${search} ${read} A cursor that was not issued by this list is a 422.`
  const parameters = [
    ...filtered.map((it) => componentOf(resource, it)),
    ...(searched.length > 0 ? [`${one.pascal}Search`] : []),
    ...(sorted.length > 0 ? [`${one.pascal}Sort`] : []),
    'Limit',
    'Cursor',
  ]
  const body = Object.fromEntries(fields.map((it) => [it.name.camel, sampleOf(it)]))
  return code`
get:
  operationId: ${list}
  summary: List ${listed}
  description: >-
    ${wrapped(described, 4)}
  tags: [${many.pascal}]
  ${readPolicies(resource)}
  ${indexes(resource)}
  parameters:
    ${above(resource)}
    ${parameters.map((it) => `- $ref: ../components/parameters/${it}.yaml`)}
  responses:
    '200':
      description: A page of ${many.spoken}.
      content:
        application/json:
          schema:
            $ref: ../components/schemas/${one.pascal}Page.yaml
  ${parent && !isOwned(resource) && notFound.trimEnd()}
post:
  operationId: ${create}
  summary: Create ${withArticle(one.spoken)}
  description: >-
    ${wrapped(`Creates ${withArticle(one.spoken)}. ${mayCreate}${conflicts(resource)}`, 4)}
  tags: [${many.pascal}]
  ${writePolicies(resource, list)}
  ${above(resource).length > 0 && 'parameters:'}
    ${above(resource)}
  requestBody:
    required: true
    content:
      application/json:
        schema:
          $ref: ../components/schemas/${one.pascal}Create.yaml
        example:
          ${yaml(body).trimEnd()}
  responses:
    '201':
      description: The new ${one.spoken}.
      content:
        application/json:
          schema:
            $ref: ../components/schemas/${one.pascal}.yaml
  ${parent && !isOwned(resource) && notFound.trimEnd()}
  ${uniqueFields(resource).length > 0 && conflict(resource).trimEnd()}
`
}

/** Returns a sentence about the unique fields. */
function conflicts(resource: Resource): string {
  if (uniqueFields(resource).length === 0) return ''
  const { one } = resource
  const taken = uniqueFields(resource).map(phraseOf).join(' or ')
  const scope = scopeOf(resource)
  const other = `another ${one.spoken}${scope ? ` of the ${scope.name === 'owner' ? 'user' : scope.name}` : ''}`
  return ` ${sentence(taken)} that ${other} has is a 409.`
}

/** Returns a sentence about what is not found. */
function missing(resource: Resource): string {
  const { one, isSoftDeleted, parent } = resource
  if (parent) {
    const { spoken } = parent.one
    if (!isSoftDeleted)
      return ` ${sentence(withArticle(one.spoken))} of another ${spoken} is a 404.`
    return ` A deleted ${one.spoken}, or one of another ${spoken}, is a 404.`
  }
  if (!isOwned(resource)) return isSoftDeleted ? ` A deleted ${one.spoken} is a 404.` : ''
  if (isSoftDeleted) return ` A deleted ${one.spoken}, or another user's, is a 404.`
  return ` Another user's ${one.spoken} is a 404.`
}

function itemOperations(resource: Resource): string {
  const { one, many, isSoftDeleted } = resource
  const { list, get, update, delete: remove } = operationsOf(resource)
  const { read, change } = callers(resource)
  const noun = withArticle(one.spoken)
  const unknown = missing(resource)
  const removed = isSoftDeleted ? `Deletes ${noun}: it is no longer visible.` : `Deletes ${noun}.`
  const parameters = code`
parameters:
  ${above(resource)}
  - $ref: ../components/parameters/${one.pascal}Id.yaml`
  return code`
get:
  operationId: ${get}
  summary: Get ${noun}
  description: >-
    ${wrapped(`Returns ${noun}. ${read}${unknown}`, 4)}
  tags: [${many.pascal}]
  ${readPolicies(resource)}
  ${parameters}
  responses:
    '200':
      description: The ${one.spoken}.
      content:
        application/json:
          schema:
            $ref: ../components/schemas/${one.pascal}.yaml
  ${!isOwned(resource) && notFound.trimEnd()}
patch:
  operationId: ${update}
  summary: Update ${noun}
  description: >-
    ${wrapped(`Changes the properties that are sent and returns the ${one.spoken}. ${change}${unknown}${conflicts(resource)}`, 4)}
  tags: [${many.pascal}]
  ${writePolicies(resource, get, list)}
  ${parameters}
  requestBody:
    required: true
    content:
      application/json:
        schema:
          $ref: ../components/schemas/${one.pascal}Update.yaml
        example:
          ${yaml(changeOf(resource.fields)).trimEnd()}
  responses:
    '200':
      description: The updated ${one.spoken}.
      content:
        application/json:
          schema:
            $ref: ../components/schemas/${one.pascal}.yaml
  ${isAuthored(resource) && forbidden.trimEnd()}
  ${!isOwned(resource) && notFound.trimEnd()}
  ${uniqueFields(resource).length > 0 && conflict(resource).trimEnd()}
delete:
  operationId: ${remove}
  summary: Delete ${noun}
  description: >-
    ${wrapped(`${removed} ${change}${unknown}`, 4)}
  tags: [${many.pascal}]
  ${writePolicies(resource, get, list)}
  ${parameters}
  responses:
    '204':
      description: The ${one.spoken} is deleted.
  ${isAuthored(resource) && forbidden.trimEnd()}
  ${!isOwned(resource) && notFound.trimEnd()}
`
}
