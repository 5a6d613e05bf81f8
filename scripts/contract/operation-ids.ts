// Gives each operation the name of its handler. An operationId may have any characters and may be
// missing, but a handler is a member of an object, and its types are an interface.
import { type Document, eachMethod, type OperationObject } from './document.ts'

/** Where an operation keeps the operationId of its document while its handler has another name. */
const originalId = 'x-original-operation-id'

/**
 * Puts the name of its handler into the operationId of each operation, and into what names it. An
 * operationId that can be a name stays as it is.
 */
export function nameOperations(document: Document): void {
  const all = [...eachMethod(document)]
  const interfaces = new Set<string>()
  const names = new Map<string, string>()
  const give = (operation: OperationObject, wanted: string) => {
    // The document may have this key as well, with another meaning.
    delete operation[originalId]
    let name = wanted
    for (let count = 2; interfaces.has(interfaceName(name)); count++) name = `${wanted}${count}`
    interfaces.add(interfaceName(name))
    const id = operation.operationId
    // Of operations with the same id, the first one keeps it.
    if (id && !names.has(id)) {
      names.set(id, name)
      if (name !== id) operation[originalId] = id
    }
    operation.operationId = name
  }
  // Ids that are names come first, then other ids, so that no derived name takes one of them away.
  const [named, unnamed] = split(all, ({ operation }) => isName(operation.operationId))
  const [others, nameless] = split(unnamed, ({ operation }) => Boolean(operation.operationId))
  for (const { operation } of named) give(operation, operation.operationId)
  for (const { operation } of others) give(operation, nameOf(operation.operationId))
  for (const found of nameless) give(found.operation, derivedName(found))
  renameInvalidated(document, names)
}

/** Puts the operationIds as the document has them back in the place of the handlers' names. */
export function restoreIds(document: Document): void {
  const ids = new Map<string, string>()
  for (const { operation } of eachMethod(document)) {
    const { [originalId]: id } = operation
    if (id === undefined) continue
    ids.set(operation.operationId, id)
    operation.operationId = id
    delete operation[originalId]
  }
  renameInvalidated(document, ids)
}

function renameInvalidated(document: Document, names: ReadonlyMap<string, string>): void {
  for (const { operation } of eachMethod(document)) {
    const { 'x-invalidates': reads } = operation
    if (Array.isArray(reads)) operation['x-invalidates'] = reads.map((it) => names.get(it) ?? it)
  }
}

/** Returns the name of the interface with the types of an operation. */
export function interfaceName(operationId: string): string {
  const name = capitalize(operationId)
  return otherTypes.has(name) ? `${name}_` : name
}

/** What generated/types.d.ts declares, imports and refers to beside these interfaces. */
const otherTypes = new Set([
  'Operations',
  'Webhooks',
  'Schemas',
  'Owner',
  'Principal',
  'CallerBy',
  'CallerId',
])

/** A member that every object has, such as `constructor`, names no handler. */
const isName = (id = '') => /^[A-Za-z_$][\w$]*$/.test(id) && !(id in {})

/** Returns `reposGetContent` for `repos/get-content`. */
function nameOf(id: string): string {
  const name = camelCase(id)
  return isName(name) ? name : `operation${capitalize(name)}`
}

/** Returns `getPetsByPetId` for `GET /pets/{petId}`. */
function derivedName({ path, method }: { path: string; method: string }): string {
  return nameOf(`${method} ${path.replace(/\{([^}]*)\}/g, ' by $1 ')}`)
}

function camelCase(text: string): string {
  const [first = '', ...others] = text.split(/[^A-Za-z0-9]+/).filter((it) => it !== '')
  return first.charAt(0).toLowerCase() + first.slice(1) + others.map(capitalize).join('')
}

const capitalize = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function split<T>(all: readonly T[], belongs: (it: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((it) => !belongs(it))]
}
