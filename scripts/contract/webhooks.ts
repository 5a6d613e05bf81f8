// Webhooks and callbacks: requests that the service sends. The code that sends them has their types.
import {
  type Document,
  eachMethod,
  follow,
  type MediaType,
  methods,
  type OperationObject,
  type PathItem,
  type Pointer,
  type Reference,
  type ResponseObject,
} from './document.ts'
import { property, quoted, schemaType } from './type-source.ts'

interface Sent {
  /** That of a webhook, or `<operationId>.<name>`, with the expression of its URL if a callback has several. */
  readonly name: string
  readonly item: PathItem
  /** Where the document has it. */
  readonly at: Pointer
}

/** Returns the path items of webhooks, then those of callbacks. */
export function sentItems(document: Document): Sent[] {
  const found: Sent[] = []
  const add = (name: string, item: PathItem | Reference, at: Pointer) =>
    found.push({ name, item: follow<PathItem>(document, item), at })
  for (const [name, item] of Object.entries(document.webhooks ?? {})) {
    if (!name.startsWith('x-')) add(name, item, ['webhooks', name])
  }
  for (const { path, method, operation } of eachMethod(document)) {
    for (const [name, callback] of Object.entries(operation.callbacks ?? {})) {
      const all = Object.entries(follow<Record<string, PathItem>>(document, callback))
      const items = all.filter(([expression]) => !expression.startsWith('x-'))
      for (const [expression, item] of items) {
        const full = `${operation.operationId}.${name}${items.length > 1 ? ` ${expression}` : ''}`
        add(full, item, ['paths', path, method, 'callbacks', name, expression])
      }
    }
  }
  return found
}

/**
 * Writes these path items into the `webhooks` of a document that types are generated from, without what
 * openapi-typescript does not follow or mixes up with the operations of the service.
 */
export function spellOutWebhooks(document: Document): void {
  const items = sentItems(document).map(({ name, item }) => {
    return [name, structuredClone(item)] as const
  })
  if (items.length > 0) document.webhooks = Object.fromEntries(items)
  for (const { operation } of eachMethod(document)) delete operation.callbacks
  const shared = Object.values(document.components.pathItems ?? {}) as PathItem[]
  for (const item of [...items.map(([, it]) => it), ...shared]) {
    for (const method of methods) {
      const operation: Partial<OperationObject> = item[method] ?? {}
      delete operation.operationId
      delete operation.callbacks
    }
  }
}

/** Returns the source of the types of webhooks and callbacks by name. */
export function webhookTypes(document: Document): string {
  const fields = sentItems(document).map(({ name, item }) => {
    const types = methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [webhookType(document, name, method, operation)] : []
    })
    return `  readonly ${property(name)}: ${types.join(' | ') || 'never'}\n`
  })
  return `export interface Webhooks {\n${fields.join('')}}`
}

function webhookType(
  document: Document,
  name: string,
  method: string,
  { requestBody, responses = {} }: OperationObject,
): string {
  const place = `webhooks[${quoted(name)}]['${method}']`
  const body = requestBody && follow(document, requestBody)
  const sent = typesOf(body?.content, `NonNullable<${place}['requestBody']>`)
  const answers = Object.entries(responses).flatMap(([status, it]) => {
    if (status.startsWith('x-')) return []
    const key = /^\d+$/.test(status) ? status : quoted(status)
    const { content } = follow<Pick<ResponseObject, 'content'>>(document, it)
    return [`readonly ${key}: ${typesOf(content, `${place}['responses'][${key}]`)}`]
  })
  const none = body === undefined || body.required ? '' : ' | undefined'
  return `{ readonly method: '${method}'; readonly body: ${sent}${none}; readonly responses: { ${answers.join('; ')} } }`
}

function typesOf(content: Record<string, MediaType> | undefined, place: string): string {
  const types = Object.entries(content ?? {}).map(([key, { schema }]) =>
    schemaType(schema ?? {}, `${place}['content'][${quoted(key)}]`),
  )
  return [...new Set(types)].join(' | ') || 'undefined'
}
