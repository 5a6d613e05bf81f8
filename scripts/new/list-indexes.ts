// The indexes of a list: one for each combination of filters and order, and one for the search.
import { subsets } from '../../src/engine/cache-keys.ts'
import type { Field } from './fields.ts'
import type { Resource } from './resource.ts'
import { scopeOf } from './scope.ts'

interface ListIndex {
  /** The key in `x-indexes`. */
  readonly key: string
  readonly name: string
  /** What `create index` has after the name; undefined for the primary key. */
  readonly on: string | undefined
}

/** PostgreSQL cuts longer names. */
const longestName = 63

/** Returns the indexes by key. Several keys may share one. @throws Error for a name that is too long. */
export function listIndexes(resource: Resource): ListIndex[] {
  const { many, sorted, filtered, searched, isSoftDeleted } = resource
  const scope = scopeOf(resource)?.column
  const where = isSoftDeleted ? ' where deleted_at is null' : ''
  const active = isSoftDeleted ? '_active' : ''
  const orders: (Field | undefined)[] = [undefined, ...sorted]
  const found = subsets(filtered.map((it) => it.name.camel)).flatMap((filters) =>
    orders.flatMap((order) => {
      const some = filtered.filter((it) => filters.includes(it.name.camel))
      const columns = [...(scope ? [scope] : []), ...some.map((it) => it.name.snake)]
      const names = [...columns, ...(order ? [order.name.snake] : []), 'id']
      const by = order ? [...columns, collated(order), 'id'] : [...columns, 'id']
      const isPrimary = names.length === 1 && !isSoftDeleted
      const name = isPrimary
        ? `${many.snake}_pkey`
        : checked(`${many.snake}${active}_${names.join('_')}_index`)
      const on = isPrimary ? undefined : `on ${many.snake} (${by.join(', ')})${where}`
      const key = (sort: string[]) => [...filters, ...sort].join('&') || 'default'
      if (order) return [{ key: key([`sort=${order.name.camel}`]), name, on }]
      const keys = sorted.length > 0 ? [key([]), key(['sort=createdAt'])] : [key([])]
      return keys.map((it) => ({ key: it, name, on }))
    }),
  )
  if (searched.length === 0) return found
  const columns = searched.map((it) => `${it.name.snake} gin_trgm_ops`).join(', ')
  const on = `on ${many.snake} using gin (${columns})${where}`
  return [...found, { key: 'q', name: `${many.snake}_search_index`, on }]
}

const collated = ({ type, name }: Field) =>
  type === 'string' ? `${name.snake} collate "und-x-icu"` : name.snake

function checked(name: string): string {
  if (name.length <= longestName) return name
  throw new Error(`the index ${name} has a longer name than PostgreSQL keeps: take shorter names`)
}
