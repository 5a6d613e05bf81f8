// Rules for the query of a list: which orders and searches it takes, and that each rests on an index.
import { subsets } from '../../../src/engine/cache-keys.ts'
import { isPageParameter } from '../caching.ts'
import { type Document, type DocumentedOperation, follow, type Schema } from '../document.ts'
import { fits } from '../extensions.ts'
import { type Message, operationRule, type Rule } from './rule.ts'

export const listRules: readonly Rule[] = [
  operationRule(
    'style/list-query',
    'A list has a sort by fields of its items, and a q that an index of trigrams finds.',
    (found, document) => (isList(found) ? checkQuery(found, document) : []),
  ),
  operationRule(
    'style/list-index',
    'A list names the index of each order, filter and search that its query allows.',
    (found, document) => (isList(found) ? checkIndexes(found, document) : []),
  ),
]

const queryOf = ({ parameters }: DocumentedOperation) =>
  parameters.filter((it) => it.in === 'query')

const isList = (found: DocumentedOperation) =>
  found.method === 'get' && queryOf(found).some(({ name }) => name === 'cursor')

function schemaOf(found: DocumentedOperation, document: Document, name: string) {
  const parameter = queryOf(found).find((it) => it.name === name)
  return parameter && follow<Schema & { minLength?: number }>(document, parameter.schema)
}

const fieldOf = (sort: unknown) => String(sort).replace(/^-/, '')

/** A cursor contains the value at which its page ends. */
const longestValue = 170

const lengthOf = (document: Document, schema: Schema = {}) =>
  follow<Schema & { maxLength?: number }>(document, schema).maxLength ?? 0

function checkQuery(found: DocumentedOperation, document: Document): Message[] {
  const [sort, q] = [schemaOf(found, document, 'sort'), schemaOf(found, document, 'q')]
  const success = found.operation.responses[200]
  const page = success && follow(document, success).content?.['application/json']?.schema
  const items = page && follow<Schema>(document, page).properties?.items
  const item = items && follow<Schema>(document, items).items
  const fields = (item && follow<Schema>(document, item).properties) ?? {}
  const unknown = sort?.enum?.filter((it) => !(fieldOf(it) in fields)) ?? []
  const long =
    sort?.enum?.filter((it) => lengthOf(document, fields[fieldOf(it)]) > longestValue) ?? []
  const below = ['parameters']
  return [
    sort !== undefined && !sort.enum && { below, message: 'sort needs an enum of its orders' },
    ...unknown.map((it) => ({ below, message: `sort has ${it}, which is no field of an item` })),
    ...long.map((it) => ({
      below,
      message: `sort has ${it}, whose text may be longer than the ${longestValue} characters of a cursor`,
    })),
    q !== undefined &&
      (q.format !== 'searchable' || (q.minLength ?? 0) < 3) && {
        below,
        message: 'q needs the format searchable and minLength: 3, as an index of trigrams does',
      },
  ]
}

/** With more filters there are more combinations than indexes that a table should have. */
const mostFilters = 4

/**
 * Returns what a list can be asked for, as the keys of `x-indexes`: filters, then an order or a search. The
 * order by default has no name. A search finds its rows by one index, whatever their order and filters.
 */
function combinationsOf(
  found: DocumentedOperation,
  document: Document,
  filters: readonly string[],
): string[] {
  const fields = new Set(schemaOf(found, document, 'sort')?.enum?.map(fieldOf))
  const orders = ['', ...[...fields].map((it) => `sort=${it}`)]
  const chosen = subsets(filters).flatMap((some) => orders.map((order) => [...some, order]))
  const keys = chosen.map((it) => it.filter(Boolean).join('&') || 'default')
  return schemaOf(found, document, 'q') ? [...keys, 'q'] : keys
}

function checkIndexes(found: DocumentedOperation, document: Document): Message[] {
  const filters = queryOf(found)
    .map(({ name }) => name)
    .filter((it) => !isPageParameter(it) && it !== 'sort' && it !== 'q')
  if (filters.length > mostFilters) {
    return [`a list has at most ${mostFilters} filters, because each combination needs an index`]
  }
  const indexes = found.operation['x-indexes'] ?? {}
  const below = ['x-indexes']
  if (!fits('x-indexes', indexes)) {
    return [
      { below, message: 'x-indexes has the name of an index, or a list of them, for each key' },
    ]
  }
  const wanted = combinationsOf(found, document, filters)
  if (wanted.length === 1 && Object.keys(indexes).length === 0) return []
  const missing = wanted.filter((it) => !(it in indexes))
  const named = [...missing.slice(0, 5), ...(missing.length > 5 ? ['…'] : [])].join(', ')
  return [
    missing.length > 0 && {
      below,
      message: `x-indexes names no index for ${named}: add one, or let the query allow less`,
    },
    ...Object.keys(indexes)
      .filter((key) => !wanted.includes(key))
      .map((key) => ({
        below: [...below, key],
        message: `x-indexes has ${key}, which the query does not allow`,
      })),
  ]
}
