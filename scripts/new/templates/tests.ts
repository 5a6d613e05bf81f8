// The tests of a resource, through HTTP.
import { code } from '../code.ts'
import type { Field } from '../fields.ts'
import { areDifferent, literal, propertiesOf, randomFunctions, valueFor } from '../literals.ts'
import { withArticle } from '../names.ts'
import {
  codeOf,
  isOwned,
  listPath,
  operationsOf,
  type Resource,
  refFields,
  uniqueFields,
} from '../resource.ts'
import { changedField, phraseOf, sampleId, sampleOf, wrongOf } from '../samples.ts'
import { scopeOf } from '../scope.ts'

/** Returns `tests/operations/<resource>.test.ts`. */
export function testFile(resource: Resource): string {
  const { one, many, access, parent } = resource
  const ops = operationsOf(resource)
  const random = randomFunctions(resource)
  const different = areDifferent(resource)
  const hasRefs = refFields(resource).length > 0
  const user = hasRefs ? 'someone' : ''
  const reader = isOwned(resource) ? 'caller' : 'service.api'
  const builders = [...(hasRefs ? ['type Person'] : []), 'person', 'superuser']
  const noun = withArticle(one.spoken)
  return code`
${random.length > 0 && `import { ${random.join(', ')} } from 'node:crypto'`}
import { describe, expect, it } from 'vitest'
import { ${builders.join(', ')} } from '../support/builders.ts'
import { allItems } from '../support/pages.ts'
import { useService } from '../support/service.ts'

const service = useService()
const ${different ? `draft = (${hasRefs ? 'someone: Person' : ''}) => (` : 'draft = '}{
  ${propertiesOf(resource, 'someone')}
}${different && ')'}

${writer(resource)}
/** Creates ${noun}, whose own path is \`url\`. */
async function created(fields: object = {}) {
  const { ${hasRefs && 'someone, '}caller, path } = await writer()
  const { body: ${one.camel} } = await caller.post(path, { ...${draft(resource, user)}, ...fields })
  return { ${hasRefs && 'someone, '}caller, path, ${one.camel}, url: \`\${path}/\${${one.camel}.id}\` }
}

describe('${ops.create}', () => {
  it('returns the new ${one.spoken} and its location', async () => {
    const { ${hasRefs && 'someone, '}caller, path } = await writer()
    const sent = ${draft(resource, user)}
    const answer = await caller.post(path, sent)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(\`/api/v1\${path}/\${answer.body.id}\`)
    expect(answer.body).toMatchObject(sent)
    expect((await ${reader}.get(\`\${path}/\${answer.body.id}\`)).body).toEqual(answer.body)
  })

  ${rejections(resource, user)}
  ${uniqueFields(resource).map((it) => conflict(resource, it, user))}
})

describe('${ops.get}', () => {
  ${access === 'owner' && ownerAccess(resource)}
  ${access === 'public' && publicAccess(resource)}
  ${access === 'admin' && adminAccess(resource)}
})

describe('${ops.list}', () => {
  it('returns ${many.spoken} in pages, newest first', async () => {
    const { ${hasRefs && 'someone, '}caller, path, ${one.camel} } = await created()
    const newer = await caller.post(path, ${draft(resource, user)})
    const ids = (await allItems(${reader}, \`\${path}?limit=1\`)).map(({ id }) => id)
    expect(ids${scopeOf(resource) ? '' : '.slice(0, 2)'}).toEqual([newer.body.id, ${one.camel}.id])
  })
  ${parent && parentTests(resource, reader)}
  ${listTests(resource, { user, reader })}
})

describe('${ops.update}', () => {
  it('changes the given properties and updatedAt, and keeps the others', async () => {
    const { ${hasRefs && changedField(resource.fields)?.isUnique && 'someone, '}caller, url, ${one.camel} } = await created()
    const change = ${change(resource, user)}
    const answer = await caller.patch(url, change)
    expect(answer.status).toBe(200)
    const { updatedAt } = answer.body
    expect(answer.body).toEqual({ ...${one.camel}, ...change, updatedAt })
    expect(updatedAt > ${one.camel}.updatedAt).toBe(true)
    expect((await ${reader}.get(url)).body).toEqual(answer.body)
  })
})

describe('${ops.delete}', () => {
  ${deletion(resource, reader)}
})
`
}

/** Returns the function that makes a user who may write, and what the list is of. */
function writer(resource: Resource): string {
  const { access, many, parent } = resource
  const hasRefs = refFields(resource).length > 0
  const maker = access === 'admin' ? 'superuser' : 'person'
  const filled = (path: string) => {
    const text = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'username' ? `\${someone.username}` : `\${${parent?.one.camel}.id}`,
    )
    return text === path ? `'${text}'` : `\`${text}\``
  }
  const someone = hasRefs ? 'someone, ' : ''
  const path = filled(listPath(resource))
  if (parent === undefined) {
    return code`
/** Creates a user who may write ${many.spoken}. \`path\` is that of the list. */
async function writer() {
  const someone = await ${maker}(service)
  return { ${someone}caller: service.api.as(someone), path: ${path} }
}
`
  }
  const isOther = parent.creator === 'superuser' && access !== 'admin'
  const creator = isOther ? 'service.api.as(await superuser(service))' : 'caller'
  return code`
/** Creates a user and ${withArticle(parent.one.spoken)} for ${many.spoken}. \`path\` is that of the list. */
async function writer() {
  const someone = await ${maker}(service)
  const caller = service.api.as(someone)
  const { body: ${parent.one.camel} } = await ${creator}.post(${filled(parent.listPath)}, ${literal(parent.body)})
  return { ${someone}caller, path: ${path} }
}
`
}

/** Returns the tests of what a parent decides. */
function parentTests(resource: Resource, reader: string): string {
  const { one, many, parent, access } = resource
  const isOther = parent?.creator === 'superuser' && access !== 'admin'
  return code`

it('does not find ${withArticle(one.spoken)} of another ${parent?.one.spoken}', async () => {
  const [{ ${one.camel} }, { ${reader === 'caller' && 'caller, '}path }] = [await created(), await writer()]
  expect((await ${reader}.get(\`\${path}/\${${one.camel}.id}\`)).status).toBe(404)
})
${
  parent?.isDeletable &&
  !isOther &&
  code`

it('hides the ${many.spoken} of a deleted ${parent.one.spoken}', async () => {
  const { caller, path, url } = await created()
  await caller.delete(path.replace('/${many.kebab}', ''))
  expect((await ${reader}.get(path)).status).toBe(404)
  expect((await ${reader}.get(url)).status).toBe(404)
})
`
}
`
}

/** Returns the expression for what a person sends. */
const draft = (resource: Resource, user: string) =>
  areDifferent(resource) ? `draft(${user})` : 'draft'

/** Returns the expression for a change of one field. */
function change({ fields }: Resource, user: string): string {
  const field = changedField(fields)
  if (field === undefined) return '{}'
  const value = field.isUnique ? valueFor(field, user) : literal(sampleOf(field, 2))
  return `{ ${field.name.camel}: ${value} }`
}

/** Returns the test of values that the contract does not allow, and of ids that belong to no user. */
function rejections(resource: Resource, user: string): string {
  const { fields } = resource
  const rows = fields.flatMap((it) => {
    const { camel } = it.name
    const wrong = wrongOf(it)
    return wrong === undefined
      ? []
      : [
          `['${phraseOf(it)} ${wrong.what}', { ${camel}: ${literal(wrong.value)} }, '/body/${camel}'],`,
        ]
  })
  const required = fields.find((it) => !it.isOptional)?.name
  const unknown = refFields(resource).map(
    ({ name }) => `['the id of no user', { ${name.camel}: '${sampleId}' }, '/body/${name.camel}'],`,
  )
  return code`
it.each([
  ${rows}
  ${required && `['no ${required.spoken}', { ${required.camel}: undefined }, '/body/${required.camel}'],`}
  ${unknown}
  ['an unknown property', { unknownProperty: 1 }, '/body/unknownProperty'],
])('rejects %s', async (_, wrong, pointer) => {
  const { ${user && 'someone, '}caller, path } = await writer()
  const answer = await caller.post(path, { ...${draft(resource, user)}, ...wrong })
  expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer])
})
`
}

function conflict(resource: Resource, field: Field, user: string): string {
  const { one } = resource
  const { camel } = field.name
  return code`

it('rejects ${phraseOf(field)} that another ${one.spoken} has', async () => {
  const { ${user && 'someone, '}caller, path, ${one.camel} } = await created()
  const answer = await caller.post(path, { ...${draft(resource, user)}, ${camel}: ${one.camel}.${camel} })
  expect([answer.status, answer.body.code]).toEqual([409, '${codeOf(resource, field)}'])
})
`
}

const ownerAccess = ({ one }: Resource) => code`
it('shows ${withArticle(one.spoken)} only to its owner and superusers', async () => {
  const [{ url, ${one.camel} }, other] = [await created(), await created()]
  expect((await service.api.get(url)).status).toBe(401)
  expect((await other.caller.get(url)).status).toBe(403)
  expect((await other.caller.get(\`\${other.path}/\${${one.camel}.id}\`)).status).toBe(404)
  const boss = service.api.as(await superuser(service))
  expect((await boss.get(url)).status).toBe(200)
})
`

const publicAccess = (resource: Resource) => code`
it('shows ${withArticle(resource.one.spoken)} to anyone, and lets only its author and superusers change it', async () => {
  const [{ url }, other] = [await created(), await created()]
  expect((await service.api.get(url)).status).toBe(200)
  expect((await service.api.delete(url)).status).toBe(401)
  expect((await other.caller.patch(url, ${change(resource, 'someone')})).status).toBe(403)
  expect((await other.caller.delete(url)).status).toBe(403)
  const boss = service.api.as(await superuser(service))
  expect((await boss.delete(url)).status).toBe(204)
})

it('hides what a deleted user created', async () => {
  const { caller, url } = await created()
  expect((await caller.delete('/users/me')).status).toBe(204)
  expect((await service.api.get(url)).status).toBe(404)
})
`

const adminAccess = (resource: Resource) => code`
it('shows ${withArticle(resource.one.spoken)} to anyone, and lets only superusers change it', async () => {
  const { url } = await created()
  const other = service.api.as(await person(service))
  expect((await service.api.get(url)).status).toBe(200)
  expect((await service.api.delete(url)).status).toBe(401)
  expect((await other.patch(url, ${change(resource, 'someone')})).status).toBe(403)
  expect((await other.delete(url)).status).toBe(403)
})
`

function deletion(resource: Resource, reader: string): string {
  const { one, many, isSoftDeleted } = resource
  return code`
it('${isSoftDeleted ? `hides the ${one.spoken} and keeps its row` : `removes the ${one.spoken}`}', async () => {
  const { caller, path, url, ${one.camel} } = await created()
  expect((await caller.delete(url)).status).toBe(204)
  expect((await ${reader}.get(url)).status).toBe(404)
  expect((await caller.delete(url)).status).toBe(404)
  const ids = (await allItems(${reader}, path)).map(({ id }) => id)
  expect(ids).not.toContain(${one.camel}.id)
  ${isSoftDeleted && `const row = await service.db('${many.snake}').where({ id: ${one.camel}.id }).first()`}
  ${isSoftDeleted && 'expect(row.deleted_at).not.toBeNull()'}
})
`
}

interface Names {
  readonly user: string
  readonly reader: string
}

/** Returns the tests of orders, filters and search. */
function listTests(resource: Resource, names: Names): string[] {
  const { sorted, filtered, searched, cacheSeconds } = resource
  return [
    ...sorted.map((it) => sortTest(resource, it, names)),
    ...filtered.map((it) => filterTest(resource, it, names)),
    ...searched.slice(0, 1).map((it) => searchTest(resource, it, names)),
    ...(cacheSeconds === undefined ? [] : [cacheTest(resource, names)]),
  ]
}

/** Keeps to the rows of a test in a list that all tests share. */
const among = (resource: Resource, ids: string) =>
  scopeOf(resource) ? '' : `.filter((id) => ${ids}.includes(id))`

function sortTest(resource: Resource, field: Field, { user, reader }: Names): string {
  const { camel, spoken } = field.name
  const values = [
    literal(sampleOf(field, 1)),
    literal(sampleOf(field, 2)),
    ...(field.isOptional ? ['null'] : []),
  ]
  const nulls = field.isOptional ? ', nulls last' : ''
  const [up, down] = field.isOptional
    ? ['[first, second, without]', '[second, first, without]']
    : ['[first, second]', '[second, first]']
  return code`

it('sorts by ${spoken} in both directions${nulls}', async () => {
  const { ${user && 'someone, '}caller, path } = await writer()
  const ids: string[] = []
  for (const ${camel} of [${values.join(', ')}]) {
    ids.push((await caller.post(path, { ...${draft(resource, user)}, ${camel} })).body.id)
  }
  const ${up} = ids
  const listed = async (sort: string) =>
    (await allItems(${reader}, \`\${path}?limit=1&sort=\${sort}\`)).map(({ id }) => id)${among(resource, 'ids')}
  expect(await listed('${camel}')).toEqual(${up})
  expect(await listed('-${camel}')).toEqual(${down})
})
`
}

function filterTest(resource: Resource, field: Field, { user, reader }: Names): string {
  const { camel, spoken } = field.name
  const { many } = resource
  const values =
    field.type === 'ref'
      ? ['(await person(service)).id', '(await person(service)).id']
      : [literal(sampleOf(field, 1)), literal(sampleOf(field, 2))]
  return code`

it('returns only ${many.spoken} with the ${spoken} that is asked for', async () => {
  const { ${user && 'someone, '}caller, path } = await writer()
  const ids: string[] = []
  const values = [${values.join(', ')}]
  for (const ${camel} of values) {
    ids.push((await caller.post(path, { ...${draft(resource, user)}, ${camel} })).body.id)
  }
  for (const [index, value] of values.entries()) {
    const items = await allItems(${reader}, \`\${path}?${camel}=\${value}\`)
    expect(items.map(({ id }) => id)${among(resource, 'ids')}).toEqual([ids[index]])
  }
})
`
}

function searchTest(resource: Resource, field: Field, { reader }: Names): string {
  const { one, many } = resource
  const { camel, spoken } = field.name
  const value = 'A needle'.padEnd(field.min ?? 0, '.')
  return code`

it('finds ${many.spoken} by a part of their ${spoken}, in any case', async () => {
  const { path, ${one.camel}${reader === 'caller' ? ', caller' : ''} } = await created({ ${camel}: '${value}' })
  const found = async (q: string) =>
    (await allItems(${reader}, \`\${path}?q=\${q}\`)).map(({ id }) => id)
  expect(await found('NEEDLE')).toEqual([${one.camel}.id])
  expect(await found('noodle')).toEqual([])
})
`
}

function cacheTest(resource: Resource, { user, reader }: Names): string {
  return code`

it('is cached until a write', async () => {
  const { ${user && 'someone, '}caller, path, url } = await created()
  for (const read of [path, url]) {
    await ${reader}.get(read)
    expect((await ${reader}.get(read)).headers.get('cache-status')).toBe('api; hit')
  }
  const change = ${change(resource, user)}
  await caller.patch(url, change)
  expect((await ${reader}.get(url)).body).toMatchObject(change)
  const { body } = await caller.post(path, ${draft(resource, user)})
  expect((await ${reader}.get(path)).body.items[0].id).toBe(body.id)
})
`
}
