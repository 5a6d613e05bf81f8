// The requests of a resource in tests/contract/suite/requests.ts.
import { code } from '../code.ts'
import { areDifferent, literal, propertiesOf, valueFor } from '../literals.ts'
import { withArticle } from '../names.ts'
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

const creator = ({ access }: Resource) =>
  `await world.${access === 'admin' ? 'superuser' : 'person'}()`

const path = (resource: Resource) =>
  isOwned(resource)
    ? `\`${listPath(resource).replace('{username}', `\${as.username}`)}\``
    : `'${listPath(resource)}'`

/** Returns the expression for what a person sends. */
function sent(resource: Resource): string {
  const name = `new${resource.one.pascal}`
  if (refFields(resource).length > 0) return `${name}(as)`
  return areDifferent(resource) ? `${name}()` : name
}

/** Returns the functions that the requests use. */
export function helpers(resource: Resource): string {
  const { one } = resource
  const name = `new${one.pascal}`
  const takes = refFields(resource).length > 0 ? 'by: Person' : ''
  const properties = propertiesOf(resource, 'by')
  return code`
/** What a person sends for ${withArticle(one.spoken)}. */
const ${name} = ${areDifferent(resource) && `(${takes}) => (`}{
  ${properties}
}${areDifferent(resource) && ')'}

async function own${one.pascal}(world: World) {
  const as = ${creator(resource)}
  const ${idName(resource)} = await world.made(as, ${path(resource)}, ${sent(resource)})
  return { as, params: { ${isOwned(resource) && 'username: as.username, '}${idName(resource)} } }
}
`
}

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
  const isAny = !isOwned(resource)
  return code`
${list}: ${isAny ? 'async () => ({})' : 'own'},
${create}: async (world) => {
  const ${isAny ? `as = ${creator(resource)}` : '{ as, params } = await own(world)'}
  return { as, ${!isAny && 'params, '}...json(${sent(resource)}) }
},
${get}: ${isAny ? `async (world) => ({ params: (await ${own}(world)).params })` : own},
${update}: async (world) => {
  const { as, params } = await ${own}(world)
  return { as, params, ...${change(resource)} }
},
${remove}: ${own},
`
}

/** Returns the requests that only the operations themselves answer with an error. */
export function failures(resource: Resource): string {
  const { one } = resource
  const { list, create, get, update, delete: remove } = operationsOf(resource)
  const own = `own${one.pascal}`
  const other = isAuthored(resource)
  const noParams = `params: { ${idName(resource)}: noId }`
  const isAny = !isOwned(resource)
  const [unique] = uniqueFields(resource)
  const all = {
    [list]: [!isAny && '404: ofUnknown,'],
    [create]: [
      !isAny &&
        code`
404: async (world) => {
  const { as, params } = await ofUnknown(world)
  return { as, params, ...json(${sent(resource)}) }
},`,
      unique &&
        code`
409: async (world) => {
  const ${isAny ? `as = ${creator(resource)}` : '{ as, params } = await own(world)'}
  const taken = ${sent(resource)}
  await world.made(as, ${path(resource)}, taken)
  return { as, ${!isAny && 'params, '}...json({ ...${sent(resource)}, ${unique.name.camel}: taken.${unique.name.camel} }) }
},`,
    ],
    [get]: [isAny && `404: async () => ({ ${noParams} }),`],
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
  const as = ${creator(resource)}
  return { as, ${noParams}, ...${change(resource)} }
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
      isAny && `404: async (world) => ({ as: ${creator(resource)}, ${noParams} }),`,
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
