// `handlers.ts` of a resource: what each of its operations does.
import { code } from '../code.ts'
import { sentence, withArticle } from '../names.ts'
import {
  idName,
  isAuthored,
  isOwned,
  listedName,
  operationsOf,
  type Resource,
} from '../resource.ts'

/** Returns `handlers.ts`. */
export function handlers(resource: Resource): string {
  const { one, many } = resource
  const { list, create, get, update, delete: remove } = operationsOf(resource)
  const [owned, authored] = [isOwned(resource), isAuthored(resource)]
  const all = [list, create, get, update, remove].map((it) => `'${it}'`).join(' | ')
  const presenters = [...new Set([`to${one.pascal}`, `to${listedName(resource)}`])].join(', ')
  const imported = [
    'apiError',
    'type Handlers',
    ...(authored ? ['type Principal'] : []),
    'type UrlFor',
  ]
  const id = idName(resource)
  const notFound = `throw ${one.camel}NotFound()`
  const caller = authored ? ', principal' : owned ? ', owner' : ''
  const owner = owned ? 'owner, ' : ''
  const guard = authored && `await requireAuthor(params.${id}, principal)`
  const precondition = `const precondition = ifMatch && ((row: ${one.pascal}Model) => ifMatch(to${one.pascal}(row)))`
  return code`
// ${sentence(many.spoken)}${owned && ' of users'}.
import { ${imported.join(', ')} } from '../../contract.ts'
import type { ${one.pascal}Model } from './model.ts'
import { ${presenters} } from './presenter.ts'
import type { ${one.pascal}Repository } from './repository.ts'

interface Deps {
  readonly ${many.camel}: ${one.pascal}Repository
  readonly urlFor: UrlFor
}

type ${one.pascal}Handlers = Pick<Handlers, ${all}>

const ${one.camel}NotFound = () => apiError('not_found', 'There is no such ${one.spoken}.')
${owned && `const userNotFound = () => apiError('not_found', 'There is no such user.')`}

export function ${one.camel}Handlers({ ${many.camel}, urlFor }: Deps): ${one.pascal}Handlers {
  ${
    authored &&
    code`
/** @throws ApiError not_found, or forbidden for a caller who is neither the author nor a superuser. */
async function requireAuthor(id: string, { id: callerId, scopes }: Principal): Promise<void> {
  const ${one.camel} = await ${many.camel}.find(id)
  if (${one.camel} === undefined) ${notFound}
  if (${one.camel}.authorId === callerId || scopes.includes('superuser')) return
  throw apiError('forbidden', 'Only its author may change ${withArticle(one.spoken)}.')
}

`
  }
  return {
    async ${list}({ query${owned && ', owner'} }) {
      const { items, nextCursor } = await ${many.camel}.page(${owned && 'owner.id, '}query)
      return { status: 200, body: { items: items.map(to${listedName(resource)}), nextCursor } }
    },

    async ${create}({ ${owned && 'params, '}body${caller} }) {
      const ${one.camel} = await ${many.camel}.create(${owner}${authored && 'principal.id, '}body)
      ${owned && `if (${one.camel} === undefined) throw userNotFound()`}
      const headers = { Location: urlFor('${get}', { ${id}: ${one.camel}.id${owned && ', ...params'} }) }
      return { status: 201, body: to${one.pascal}(${one.camel}), headers }
    },

    async ${get}({ params${owned && ', owner'} }) {
      const ${one.camel} = await ${many.camel}.find(${owned && 'owner.id, '}params.${id})
      if (${one.camel} === undefined) ${notFound}
      return { status: 200, body: to${one.pascal}(${one.camel}) }
    },

    async ${update}({ params, body${caller} }, { ifMatch }) {
      ${guard}
      ${precondition}
      const ${one.camel} = await ${many.camel}.update(${owner}params.${id}, body, precondition)
      if (${one.camel} === undefined) ${notFound}
      return { status: 200, body: to${one.pascal}(${one.camel}) }
    },

    async ${remove}({ params${caller} }, { ifMatch }) {
      ${guard}
      ${precondition}
      if (!(await ${many.camel}.delete(${owner}params.${id}, precondition))) ${notFound}
      return { status: 204 }
    },
  }
}
`
}
