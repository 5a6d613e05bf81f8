// The requests of a resource in tests/contract/suite/requests.ts.
import { code } from '../code.ts'
import { areDifferent, literal, propertiesOf, valueFor } from '../literals.ts'
import { withArticle } from '../names.ts'
import type { Parent } from '../parent.ts'
import {
  idName,
  isAuthored,
  isOwned,
  listPath,
  operationsOf,
  type Resource,
  refFields,
  uniqueFields,
} from '../resource.ts'
import { changedField, sampleOf } from '../samples.ts'

const creator = ({ access, parent }: Resource) =>
  `await world.${access === 'admin' || parent?.creator === 'superuser' ? 'superuser' : 'person'}()`

/** Returns the function that makes what a list is of; undefined for a list at the top. */
function place(resource: Resource): string | undefined {
  if (resource.parent) return `for${resource.many.pascal}`
  return isOwned(resource) ? 'own' : undefined
}

const filled = (path: string) => {
  const text = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'username' ? `\${as.username}` : `\${params.${name}}`,
  )
  return text === path ? `'${text}'` : `\`${text}\``
}

const path = (resource: Resource) => filled(listPath(resource))

/** Returns the expression for what a person sends. */
function sent(resource: Resource): string {
  const name = `new${resource.one.pascal}`
  if (refFields(resource).length > 0) return `${name}(as)`
  return areDifferent(resource) ? `${name}()` : name
}

/** Returns the functions that the requests use. */
export function helpers(resource: Resource): string {
  const { one, parent } = resource
  const made = place(resource)
  const name = `new${one.pascal}`
  const takes = refFields(resource).length > 0 ? 'by: Person' : ''
  const properties = propertiesOf(resource, 'by')
  return code`
/** What a person sends for ${withArticle(one.spoken)}. */
const ${name} = ${areDifferent(resource) && `(${takes}) => (`}{
  ${properties}
}${areDifferent(resource) && ')'}

${parent && parentHelper(parent, resource)}
async function own${one.pascal}(world: World) {
  const ${made ? `{ as, params } = await ${made}(world)` : `as = ${creator(resource)}`}
  const ${idName(resource)} = await world.made(as, ${path(resource)}, ${sent(resource)})
  return { as, params: { ${made && '...params, '}${idName(resource)} } }
}
`
}

/** Returns the function that makes a parent. */
const parentHelper = ({ one, listPath, parameters, body }: Parent, resource: Resource) => code`
/** Creates ${withArticle(one.spoken)} for ${resource.many.spoken}. */
async function for${resource.many.pascal}(world: World) {
  const as = ${creator(resource)}
  const ${one.camel}Id = await world.made(as, ${filled(listPath)}, ${literal(body)})
  return { as, params: { ${parameters.includes('username') && 'username: as.username, '}${one.camel}Id } }
}

`

function change(resource: Resource): string {
  const field = changedField(resource.fields)
  if (field === undefined) return 'json({})'
  const value = field.isUnique ? valueFor(field, 'as') : literal(sampleOf(field, 2))
  return `json({ ${field.name.camel}: ${value} })`
}

/** Returns a successful request of each operation. */
export function successes(resource: Resource): string {
  const { one } = resource
  const { list, create, get, update, delete: remove } = operationsOf(resource)
  const own = `own${one.pascal}`
  const made = place(resource)
  const isAny = !isOwned(resource)
  const anonymous = (of: string) => `async (world) => ({ params: (await ${of}(world)).params })`
  return code`
${list}: ${isAny ? (made ? anonymous(made) : 'async () => ({})') : made},
${create}: async (world) => {
  const ${made ? `{ as, params } = await ${made}(world)` : `as = ${creator(resource)}`}
  return { as, ${made && 'params, '}...json(${sent(resource)}) }
},
${get}: ${isAny ? anonymous(own) : own},
${update}: async (world) => {
  const { as, params } = await ${own}(world)
  return { as, params, ...${change(resource)} }
},
${remove}: ${own},
`
}

/** Returns the requests that only the operations themselves answer with an error. */
export function failures(resource: Resource): string {
  const { one, parent } = resource
  const { list, create, get, update, delete: remove } = operationsOf(resource)
  const own = `own${one.pascal}`
  const made = place(resource)
  const other = isAuthored(resource)
  const isAny = !isOwned(resource)
  const id = idName(resource)
  const start = made ? `{ as, params } = await ${made}(world)` : `as = ${creator(resource)}`
  const unknown = `params: { ${made ? '...params, ' : ''}${id}: noId }`
  const noParent = parent && `params: { ...params, ${parent.one.camel}Id: noId }`
  /** The resources below a user are covered by those of another user. */
  const unknownUser = made === 'own'
  const [unique] = uniqueFields(resource)
  const all = {
    [list]: [
      unknownUser && '404: ofUnknown,',
      isAny &&
        noParent &&
        code`
404: async (world) => {
  const { params } = await ${made}(world)
  return { ${noParent} }
},`,
    ],
    [create]: [
      isAny &&
        noParent &&
        code`
404: async (world) => {
  const ${start}
  return { as, ${noParent}, ...json(${sent(resource)}) }
},`,
      unknownUser &&
        code`
404: async (world) => {
  const { as, params } = await ofUnknown(world)
  return { as, params, ...json(${sent(resource)}) }
},`,
      unique &&
        code`
409: async (world) => {
  const ${start}
  const taken = ${sent(resource)}
  await world.made(as, ${path(resource)}, taken)
  return { as, ${made && 'params, '}...json({ ...${sent(resource)}, ${unique.name.camel}: taken.${unique.name.camel} }) }
},`,
    ],
    [get]: [
      isAny && !made && `404: async () => ({ ${unknown} }),`,
      isAny &&
        made &&
        code`
404: async (world) => {
  const { params } = await ${made}(world)
  return { ${unknown} }
},`,
    ],
    [update]: [
      other &&
        code`
403: async (world) => {
  const { params } = await ${own}(world)
  const as = await world.person()
  return { as, params, ...${change(resource)} }
},`,
      isAny &&
        code`
404: async (world) => {
  const ${start}
  return { as, ${unknown}, ...${change(resource)} }
},`,
      unique &&
        code`
409: async (world) => {
  const { as, params } = await ${own}(world)
  const taken = ${sent(resource)}
  await world.made(as, ${path(resource)}, taken)
  return { as, params, ...json({ ${unique.name.camel}: taken.${unique.name.camel} }) }
},`,
    ],
    [remove]: [
      other &&
        code`
403: async (world) => {
  const { params } = await ${own}(world)
  return { as: await world.person(), params }
},`,
      isAny &&
        code`
404: async (world) => {
  const ${start}
  return { as, ${unknown} }
},`,
    ],
  }
  return Object.entries(all)
    .map(
      ([operation, found]) =>
        [operation, found.filter((it) => it !== false && it !== undefined)] as const,
    )
    .filter(([, found]) => found.length > 0)
    .map(([operation, found]) => `${operation}: {\n${found.join('\n')}\n},`)
    .join('\n')
}
