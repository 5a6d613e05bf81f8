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

const user = { camel: 'user', spoken: 'user' }

/** Returns `handlers.ts`. */
export function handlers(resource: Resource): string {
  const { one, many } = resource
  const { list, create, get, update, delete: remove } = operationsOf(resource)
  const { parent } = resource
  const [owned, authored] = [isOwned(resource) && !parent, isAuthored(resource)]
  const all = [list, create, get, update, remove].map((it) => `'${it}'`).join(' | ')
  const presenters = [...new Set([`to${one.pascal}`, `to${listedName(resource)}`])].join(', ')
  const imported = [
    'apiError',
    'type Handlers',
    ...(authored && parent ? ['type HandlerRequest'] : []),
    ...(authored ? ['type Principal'] : []),
    'type UrlFor',
  ]
  const id = idName(resource)
  const notFound = `throw ${one.camel}NotFound()`
  const caller = authored ? ', principal' : owned ? ', owner' : ''
  const owner = parent ? 'params, ' : owned ? 'owner, ' : ''
  const scope = parent?.one ?? (owned ? user : undefined)
  const guard = authored && `await requireAuthor(${parent ? 'params' : `params.${id}`}, principal)`
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
${scope && `const ${scope.camel}NotFound = () => apiError('not_found', 'There is no such ${scope.spoken}.')`}

export function ${one.camel}Handlers({ ${many.camel}, urlFor }: Deps): ${one.pascal}Handlers {
  ${
    authored &&
    code`
/** @throws ApiError not_found, or forbidden for a caller who is neither the author nor a superuser. */
async function requireAuthor(
  ${parent ? `params: HandlerRequest<'${get}'>['params']` : 'id: string'},
  { id: callerId, scopes }: Principal,
): Promise<void> {
  const ${one.camel} = await ${many.camel}.find(${parent ? `params, params.${id}` : 'id'})
  if (${one.camel} === undefined) ${notFound}
  if (${one.camel}.authorId === callerId || scopes.includes('superuser')) return
  throw apiError('forbidden', 'Only its author may change ${withArticle(one.spoken)}.')
}

`
  }
  return {
    async ${list}({ ${parent && 'params, '}query${owned && ', owner'} }) {
      ${!parent && `const { items, nextCursor } = await ${many.camel}.page(${owner}query)`}
      ${parent && `const page = await ${many.camel}.page(params, query)`}
      ${parent && `if (page === undefined) throw ${parent.one.camel}NotFound()`}
      ${parent && 'const { items, nextCursor } = page'}
      return { status: 200, body: { items: items.map(to${listedName(resource)}), nextCursor } }
    },

    async ${create}({ ${scope && 'params, '}body${caller} }) {
      const ${one.camel} = await ${many.camel}.create(${owner}${authored && 'principal.id, '}body)
      ${scope && `if (${one.camel} === undefined) throw ${scope.camel}NotFound()`}
      const headers = { Location: urlFor('${get}', { ${id}: ${one.camel}.id${scope && ', ...params'} }) }
      return { status: 201, body: to${one.pascal}(${one.camel}), headers }
    },

    async ${get}({ params${owned && ', owner'} }) {
      const ${one.camel} = await ${many.camel}.find(${owner}params.${id})
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
