// The features of an adopted service, one for each first tag, and the stubs of their handlers.
import type { HandlerResult } from '../../src/engine/types.ts'
import { type Document, type DocumentedOperation, eachOperation } from '../contract/document.ts'
import type { Compiled } from '../contract/try/compile.ts'
import { type Results, resultSource } from '../contract/try/stubs.ts'
import { camel, kebab } from './names.ts'

export interface Feature {
  /** As the contract calls it. */
  readonly tag: string
  /** The name of its folder. */
  readonly folder: string
  /** The function that returns its handlers. */
  readonly factory: string
  readonly operations: readonly DocumentedOperation[]
}

/** Returns the features of a contract. An operation without a tag belongs to the first segment of its path. */
export function featuresOf(document: Document): Feature[] {
  const byFolder = new Map<string, { tag: string; operations: DocumentedOperation[] }>()
  for (const found of eachOperation(document)) {
    const [tag = firstSegment(found.path)] = found.operation.tags ?? []
    const folder = kebab(tag) || 'operations'
    const feature = byFolder.get(folder) ?? { tag, operations: [] }
    byFolder.set(folder, feature)
    feature.operations.push(found)
  }
  return [...byFolder].map(([folder, feature]) => {
    return { ...feature, folder, factory: `${camel(folder)}Handlers` }
  })
}

const firstSegment = (path: string) => path.split('/').find((it) => /^[^{]/.test(it)) ?? ''

/** Returns the source of the handlers of a feature. */
export function handlersSource(compiled: Compiled, feature: Feature, results: Results): string {
  const { tag, factory, operations } = feature
  const ids = operations.map((it) => it.operation.operationId)
  const stubs = operations.map((it) => {
    const [result] = results.get(it.operation.operationId) ?? []
    return stubSource(compiled, it, result)
  })
  const throws = operations.some((it) => (results.get(it.operation.operationId) ?? []).length === 0)
  const type = `${capitalized(camel(feature.folder))}Handlers`
  return [
    `// The operations of ${oneLine(tag)}. Each handler is a stub: it answers the example of the contract, or a value that`,
    '// fits its schema. To write one, take what its comment lists from the first argument, and return what the',
    '// operation declares: `async getThing({ params }) { … }`. The compiler rejects any other result.',
    `import { ${throws ? 'apiError, ' : ''}type Handlers } from '../../contract.ts'`,
    '',
    `type ${type} = Pick<Handlers, ${ids.map((it) => `'${it}'`).join(' | ')}>`,
    '',
    `export function ${factory}(): ${type} {`,
    `return {\n${stubs.join('\n\n')}\n}`,
    '}',
    '',
  ].join('\n')
}

function stubSource(
  compiled: Compiled,
  found: DocumentedOperation,
  result: HandlerResult | undefined,
): string {
  const { operation, method, path } = found
  const { operationId: id, summary } = operation
  const title = [`${method.toUpperCase()} ${path}`, ...(summary ? [oneLine(summary)] : [])]
  const given = givenOf(compiled, found)
  const answer = result
    ? `return ${resultSource(compiled, found, result)}`
    : `throw apiError('unavailable', '${id} is not written yet.')`
  return [
    '/**',
    ` * ${title.join(': ')}`,
    ...(given.length > 0 ? [` * Gets ${given.join(', ')}.`] : []),
    ' */',
    `async ${id}() {\n${answer}\n},`,
  ].join('\n')
}

const places = { path: 'params', query: 'query', header: 'headers', cookie: 'cookies' } as const

/** Returns what a handler gets of its request, as it reads it. */
function givenOf(
  { operations }: Compiled,
  { operation: { operationId: id, security = [] }, parameters }: DocumentedOperation,
): string[] {
  const outline = operations[id]
  const named = parameters.map(({ in: place, name }) => {
    const own = place === 'header' ? name.toLowerCase() : name
    return /^[\w$]+$/.test(own) ? `${places[place]}.${own}` : `${places[place]}['${oneLine(own)}']`
  })
  return [
    ...named,
    ...(outline?.body ? ['body'] : []),
    ...(security.some((it) => Object.keys(it).length > 0) ? ['principal'] : []),
  ].map((it) => `\`${it}\``)
}

/** Returns the first line of a text, without what would end a comment. */
const oneLine = (text: string) =>
  text.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim().slice(0, 100)

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
