// The tests of a resource, through HTTP.
import type { Field } from '../fields.ts'
import { withArticle } from '../names.ts'
import {
  hasSummary,
  isAuthored,
  isOwned,
  listPath,
  operationsOf,
  type Resource,
} from '../resource.ts'
import { sampleOf, wrongOf } from '../samples.ts'

/** Returns `tests/operations/<resource>.test.ts`. */
export function testFile(resource: Resource): string {
  const { one, fields } = resource
  const ops = operationsOf(resource)
  const [owned, authored] = [isOwned(resource), isAuthored(resource)]
  const rejected = fields.flatMap((it) => {
    const wrong = wrongOf(it)
    return wrong
      ? [
          `['${withArticle(it.name.spoken)} ${wrong.what}', { ${it.name.camel}: ${literal(wrong.value)} }, '/body/${it.name.camel}'],`,
        ]
      : []
  })
  const required = fields.find((it) => !it.isOptional)
  const [first] = fields
  const change = first ? `{ ${first.name.camel}: ${literalOf(first, 2)} }` : '{}'
  const unique = fields.filter((it) => it.isUnique)
  const path = listPath(resource).replace('{username}', `\${someone.username}`)
  const makesCaller = resource.access === 'admin' ? 'superuser(service)' : 'person(service)'
  const readers = authored ? 'service.api' : 'caller'
  return `import { describe, expect, it } from 'vitest'
import { person, superuser } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const service = useService()
${unique.length > 0 ? 'let count = 0\n' : ''}
/** Returns what a person sends for ${withArticle(one.spoken)}${unique.length > 0 ? ', with values that none has' : ''}. */
function draft() {
${unique.length > 0 ? '  count += 1\n' : ''}  return {
${fields.map((it) => `    ${it.name.camel}: ${literalOf(it, 1)},\n`).join('')}  }
}

/** Creates ${withArticle(one.spoken)}. \`caller\` is the client of its creator, \`path\` that of the list. */
async function created() {
  const someone = await ${makesCaller}
  const caller = service.api.as(someone)
  const path = \`${path}\`
  const sent = draft()
  const answer = await caller.post(path, sent)
  return { caller, path, sent, answer, ${one.camel}: answer.body, url: \`\${path}/\${answer.body.id}\` }
}

describe('${ops.create}', () => {
  it('answers the new ${one.spoken} and where to find it', async () => {
    const { path, sent, answer, ${one.camel}, url${authored ? '' : ', caller'} } = await created()
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(\`/api/v1\${path}/\${${one.camel}.id}\`)
    expect(${one.camel}).toMatchObject(sent)
    expect((await ${readers}.get(url)).body).toEqual(${one.camel})
  })
${
  rejected.length > 0 || required
    ? `
  it.each([
${rejected.map((it) => `    ${it}\n`).join('')}${required ? `    ['no ${required.name.spoken}', { ${required.name.camel}: undefined }, '/body/${required.name.camel}'],\n` : ''}    ['an unknown property', { unknownProperty: 1 }, '/body/unknownProperty'],
  ])('rejects %s', async (_, wrong, pointer) => {
    const { caller, path } = await created()
    const answer = await caller.post(path, { ...draft(), ...wrong })
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer])
  })
`
    : ''
}${unique
  .map(
    (it) => `
  it('refuses ${withArticle(it.name.spoken)} that another has', async () => {
    const { caller, path, sent } = await created()
    const answer = await caller.post(path, { ...draft(), ${it.name.camel}: sent.${it.name.camel} })
    expect([answer.status, answer.body.code]).toEqual([409, '${one.snake}_${it.name.snake}_taken'])
  })
`,
  )
  .join('')}})

describe('${ops.get}', () => {
${access(resource)}})

describe('${ops.list}', () => {
  it('answers pages, newest first', async () => {
    const { caller, path, ${one.camel} } = await created()
    const newer = await caller.post(path, draft())
    const first = await ${readers}.get(\`\${path}?limit=1\`)
    const second = await ${readers}.get(\`\${path}?limit=1&cursor=\${first.body.nextCursor}\`)
${
  hasSummary(resource)
    ? `    const ids = [first, second].map(({ body }) => body.items.map((it: { id: string }) => it.id))
    expect(ids).toEqual([[newer.body.id], [${one.camel}.id]])`
    : `    expect([first.body.items, second.body.items]).toEqual([[newer.body], [${one.camel}]])`
}
  })
})

describe('${ops.update}', () => {
  it('changes the given properties and updatedAt, and keeps the others', async () => {
    const { caller, url, ${one.camel} } = await created()
    const answer = await caller.patch(url, ${change})
    expect(answer.status).toBe(200)
    const { updatedAt } = answer.body
    expect(answer.body).toEqual({ ...${one.camel}, ${change.slice(1, -1).trim()}, updatedAt })
    expect(updatedAt > ${one.camel}.updatedAt).toBe(true)
    expect((await ${readers}.get(url)).body).toEqual(answer.body)
  })
})

describe('${ops.delete}', () => {
  it('removes the ${one.spoken}', async () => {
    const { caller, path, url } = await created()
    expect((await caller.delete(url)).status).toBe(204)
    expect((await caller.delete(url)).status).toBe(404)
    expect((await ${readers}.get(url)).status).toBe(404)
${owned ? '    expect((await caller.get(path)).body.items).toEqual([])\n' : `    const { items } = (await ${readers}.get(path)).body\n    expect(items.map((it: { id: string }) => it.id)).not.toContain(url.split('/').at(-1))\n`}  })
})
`
  function access({ access: who }: Resource): string {
    if (who === 'public')
      return `  it('shows ${withArticle(one.spoken)} to anyone, and lets only its author and superusers change it', async () => {
    const { url } = await created()
    const other = service.api.as(await person(service))
    expect((await service.api.get(url)).status).toBe(200)
    expect((await service.api.delete(url)).status).toBe(401)
    expect((await other.patch(url, ${change})).status).toBe(403)
    expect((await other.delete(url)).status).toBe(403)
    const boss = service.api.as(await superuser(service))
    expect((await boss.delete(url)).status).toBe(204)
  })
`
    if (who === 'admin')
      return `  it('shows ${withArticle(one.spoken)} only to superusers', async () => {
    const { url, caller } = await created()
    const other = service.api.as(await person(service))
    expect((await service.api.get(url)).status).toBe(401)
    expect((await other.get(url)).status).toBe(403)
    expect((await caller.get(url)).status).toBe(200)
  })
`
    return `  it('shows ${withArticle(one.spoken)} only to its owner and superusers', async () => {
    const [{ url, ${one.camel} }, other] = [await created(), await created()]
    expect((await service.api.get(url)).status).toBe(401)
    expect((await other.caller.get(url)).status).toBe(403)
    expect((await other.caller.get(\`\${other.path}/\${${one.camel}.id}\`)).status).toBe(404)
    const boss = service.api.as(await superuser(service))
    expect((await boss.get(url)).status).toBe(200)
  })
`
  }
}

const literal = (value: unknown): string => {
  if (typeof value === 'string' && /^x{20,}$/.test(value)) return `'x'.repeat(${value.length})`
  return JSON.stringify(value).replaceAll('"', "'")
}

/** Returns a value as the test writes it; a unique one has the number of the draft. */
function literalOf(field: Field, nth: number): string {
  if (!field.isUnique) return literal(sampleOf(field, nth))
  if (field.type === 'integer') return `${field.min ?? 0} + count`
  const { min = 1 } = field
  const text = `\`${field.name.camel.slice(0, 3)}\${count}\``
  return min > 4 ? `${text}.padEnd(${min}, '.')` : text
}
