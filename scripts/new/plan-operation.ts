// What an operation becomes, from what is asked for and what the contract and the features have.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  componentName,
  type Document,
  type DocumentedOperation,
  eachOperation,
  follow,
  type MediaType,
  type OperationObject,
  pathNames,
} from '../contract/document.ts'
import { requireFeature } from './features.ts'
import { handlerSets, type Sample, sampleOf } from './handlers.ts'
import { nameOf } from './names.ts'
import type { Asked, Caller } from './operation.ts'

/** The resource below whose path an operation stands. */
interface Parent {
  /** The operation that answers it. */
  readonly id: string
  readonly schema: string
  /** The handler of that operation, which finds it. */
  readonly sample: Sample
  /** The operation whose request in the contract suite names one of the caller's own. */
  readonly like: string
  /** Anyone may read it. */
  readonly isPublic: boolean
  /** How a client creates one; undefined where its example names another resource. */
  readonly creation: { readonly path: string; readonly body: unknown } | undefined
}

export interface Plan extends Asked {
  readonly feature: string
  /** The feature has no handlers yet. */
  readonly isFirst: boolean
  readonly tag: string
  readonly caller: Caller
  /** The path parameter that names the user to whom the resource belongs. */
  readonly ownerName: string | undefined
  /** The same, where only that user may call it. */
  readonly owner: string | undefined
  readonly parent: Parent | undefined
  /** The schema that it answers; undefined for a 204. */
  readonly answers: string | undefined
  readonly invalidates: readonly string[]
}

/** @throws Error for what is taken, unknown, or cannot work without code that only a person can write. */
export async function plan(copy: string, document: Document, asked: Asked): Promise<Plan> {
  const all = [...eachOperation(document)]
  refuseTaken(all, asked)
  if (asked.feature) await requireFeature(copy, asked.feature)
  const feature = asked.feature ?? featureOf(asked.path)
  const handlers = await readHandlers(copy, feature)
  const read = nearestRead(all, asked.path)
  const write = read && all.find((it) => it.path === read.path && isWrite(it.method))
  const parent = read && parentOf(document, all, read, handlers)
  const owners = new Set(all.map((it) => it.operation['x-owner']))
  const ownerName = pathNames(asked).find((it) => owners.has(it))
  const like = parent && (asked.method === 'get' ? read : (write ?? read))
  const caller = asked.caller ?? callerOf(asked, like?.operation, ownerName)
  const ids = pathNames(asked).filter((it) => it !== ownerName)
  if (caller === 'owner' && ids.length > 0 && parent === undefined)
    throw new Error(
      `no handler of ${feature} finds {${ids.at(-1)}}: npm run new -- resource adds one`,
    )
  // The contract of what takes input has a 503, which a handler answers by its database.
  if (caller === 'anyone' && !parent && pathNames(asked).length + asked.body.length > 0)
    throw new Error(
      '--public needs code that reads the database: write it first, then make it public',
    )
  if (parent && needsMore(parent.sample, caller))
    throw new Error(`the handler of ${parent.id} needs the user: leave out --public and --admin`)
  const ownIds = handlerSets(handlers).flatMap((it) => it.operations)
  const own = all.find((it) => ownIds.includes(it.operation.operationId))
  return {
    ...asked,
    feature,
    isFirst: handlers === '',
    tag: (read ?? own)?.operation.tags?.[0] ?? nameOf(feature, 'a feature').pascal,
    caller,
    ownerName,
    owner: caller === 'owner' ? ownerName : undefined,
    parent,
    answers: answersOf(document, asked, parent),
    invalidates: (parent && write?.operation['x-invalidates']) ?? [],
  }
}

function refuseTaken(all: readonly DocumentedOperation[], { name, method, path }: Asked) {
  for (const it of all) {
    const id = it.operation.operationId
    if (id === name.camel)
      throw new Error(`the contract has ${id} already: ${it.method} ${it.path}`)
    if (it.path !== path) continue
    if (it.method === method) throw new Error(`${method} ${path} is there already: ${id}`)
    if (it.method === 'get' && isWrite(method))
      throw new Error(`${method} ${path} takes If-Match, as ${id} has an ETag: write it by hand`)
  }
}

const isWrite = (method: string) => ['patch', 'put', 'delete'].includes(method)

/** Returns the feature that a path names: its first segment that is no parameter and no prefix. */
function featureOf(path: string): string {
  const named = path.split('/').filter((it) => it !== '' && !it.startsWith('{'))
  return named.find((it) => !['users', 'admin'].includes(it)) ?? 'accounts'
}

/** Returns the handlers of a feature; an empty text if it has none. */
async function readHandlers(copy: string, feature: string): Promise<string> {
  return readFile(join(copy, `src/features/${feature}/handlers.ts`), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
}

/** Returns the GET of the nearest resource above a path. */
const nearestRead = (all: readonly DocumentedOperation[], path: string) =>
  all
    .filter((it) => it.method === 'get' && it.path.endsWith('}') && path.startsWith(`${it.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0]

/** Returns a resource if these handlers answer it in a way that another one can begin with. */
function parentOf(
  document: Document,
  all: readonly DocumentedOperation[],
  { path, operation }: DocumentedOperation,
  handlers: string,
): Parent | undefined {
  const id = operation.operationId
  const sample = sampleOf(handlers, id)
  const schema = contentOf(document, operation, '200')?.schema
  const name = schema && componentName(schema)
  if (sample === undefined || name === undefined) return undefined
  const removal = all.find((it) => it.path === path && it.method === 'delete')
  return {
    id,
    sample,
    schema: name,
    like: removal?.operation.operationId ?? id,
    isPublic: operation.security?.length === 0,
    creation: creationOf(document, all, path),
  }
}

function creationOf(document: Document, all: readonly DocumentedOperation[], item: string) {
  const path = item.replace(/\/[^/]*$/, '')
  const create = all.find((it) => it.path === path && it.method === 'post')?.operation
  const { requestBody } = create ?? {}
  const media = requestBody && follow(document, requestBody).content['application/json']
  if (media === undefined || create?.responses['201'] === undefined) return undefined
  const body = exampleIn(document, media)
  // An id in it names a resource that does not exist.
  return /"[0-9a-f]{8}-[0-9a-f]{4}-/.test(JSON.stringify(body)) ? undefined : { path, body }
}

function contentOf(document: Document, { responses }: OperationObject, status: string) {
  const response = responses[status]
  return response && follow(document, response).content?.['application/json']
}

function exampleIn(document: Document, { example, examples = {} }: MediaType): unknown {
  const [first] = Object.values(examples)
  return example ?? (first && follow(document, first).value)
}

/** Returns what the contract shows of the success of an operation. */
export function shownAnswer(document: Document, id: string): unknown {
  const found = [...eachOperation(document)].find((it) => it.operation.operationId === id)
  const media = found && contentOf(document, found.operation, '200')
  return media && exampleIn(document, media)
}

/** Tells whether a handler reads what such a caller does not have. */
function needsMore({ parameters }: Sample, caller: Caller): boolean {
  if (/\bowner\b/.test(parameters)) return caller !== 'owner'
  return /\bprincipal\b/.test(parameters) && caller === 'anyone'
}

/** Tells who may call an operation from one like it, or from its path. */
function callerOf(
  { path, method }: Asked,
  like: OperationObject | undefined,
  owner: string | undefined,
): Caller {
  if (like?.['x-owner']) return 'owner'
  if (like?.security?.some((it) => Object.values(it).some((scopes) => scopes.length > 0)))
    return 'superuser'
  if (like) return like.security?.length === 0 && method === 'get' ? 'anyone' : 'user'
  if (owner) return 'owner'
  return path.startsWith('/admin/') ? 'superuser' : 'user'
}

function answersOf(document: Document, { returns, name, method }: Asked, parent?: Parent) {
  if (returns === undefined) return method === 'delete' ? undefined : parent?.schema
  if (typeof returns !== 'string')
    return method === 'get' ? name.pascal.replace(/^(Get|List)(?=.)/, '') : `${name.pascal}Result`
  if (!Object.hasOwn(document.components.schemas, returns))
    throw new Error(`--returns=${returns}: there is no openapi/components/schemas/${returns}.yaml`)
  return returns
}
