// The seed of a resource: rows to look at on a local machine.
import { code } from '../code.ts'
import type { Field } from '../fields.ts'
import { literal } from '../literals.ts'
import { isAuthored, operationsOf, type Resource, refFields } from '../resource.ts'
import { sampleOf } from '../samples.ts'
import { scopeOf } from '../scope.ts'

/** Returns the text of the seed. */
export function seed(resource: Resource): string {
  const { one, many, parent, cacheSeconds } = resource
  const isOfUser = scopeOf(resource)?.members.includes('username')
  const needsUser = isOfUser || isAuthored(resource) || refFields(resource).length > 0
  const hasUniqueUser = refFields(resource).some((it) => it.isUnique)
  const isCached = cacheSeconds !== undefined
  const key = keyOf(resource)
  const place = [...(key ? [key] : []), ...(isAuthored(resource) ? ['id'] : [])]
  const list = operationsOf(resource).list
  const pathOfList = key && (parent ? key : '{ username }')
  const create = (nth: number) =>
    `await ${many.camel}.create(${[...place, valuesOf(resource, nth)].join(', ')})`
  return code`
// Some ${many.spoken}, on a local machine and where there are none yet.
import type { Knex } from 'knex'
${isCached && `import { openCache } from '../src/app.ts'`}
import { loadConfig, readEnvironment } from '../src/config/config.ts'
${needsUser && `import { userRepository } from '../src/features/accounts/repository.ts'`}
import { ${one.camel}Repository } from '../src/features/${many.kebab}/repository.ts'
import { systemClock } from '../src/lib/clock.ts'
${isCached && `import { createLogger } from '../src/lib/log.ts'`}

export async function seed(knex: Knex) {
  const config = loadConfig(readEnvironment())
  if (!config.local || (await knex('${many.snake}').first()) !== undefined) return
  ${needsUser && `const username = 'ada'`}
  ${needsUser && 'const id = await userRepository(knex, systemClock).findIdByUsername(username)'}
  ${needsUser && 'if (id === undefined) return'}
  ${parent && `const ${parent.one.camel} = await knex('${parent.table}')${isOfUser ? `.where({ ${parent.userColumn}: id })` : ''}.first('id')`}
  ${parent && `if (${parent.one.camel} === undefined) return`}
  const ${many.camel} = ${one.camel}Repository(knex, systemClock)
  ${(hasUniqueUser ? [1] : [1, 2]).map(create)}
  ${isCached && `const cache = openCache({ config, log: createLogger({ level: 'warn', part: 'seeds' }) })`}
  ${isCached && 'await cache.settled'}
  ${isCached && `await cache.manual.invalidate('${list}'${pathOfList ? `, ${pathOfList}` : ''})`}
  ${isCached && 'cache.close()'}
}
`
}

/** Returns what `create` takes as the place of a row; undefined for a resource at the top. */
function keyOf(resource: Resource): string | undefined {
  const { parent } = resource
  if (parent === undefined) return scopeOf(resource) && '{ id, username }'
  const idOf = (it: string) => (it === 'username' ? it : `${it}: ${parent.one.camel}.id`)
  return `{ ${parent.parameters.map(idOf).join(', ')} }`
}

/** Returns the values of the first or the second row. */
function valuesOf({ fields }: Resource, nth: number): string {
  const values = fields.map((it) => `${it.name.camel}: ${exampleOf(it, nth)}`)
  return `{ ${values.join(', ')} }`
}

const exampleOf = (field: Field, nth: number) =>
  field.type === 'ref' ? 'id' : literal(sampleOf(field, nth))
