// What the tests need of an operation: its requests in the contract suite, and a file of its own.
import { pathNames } from '../../contract/document.ts'
import type { Plan } from '../plan-operation.ts'
import { pathSample, samplesOf, spokenOf } from './operation.ts'

const quoted = (path: string) => (path.includes('$') ? `\`${path}\`` : `'${path}'`)
const code = (value: unknown) => JSON.stringify(value)
const idsOf = (plan: Plan) => pathNames(plan).filter((it) => it !== plan.ownerName)

/** Returns a successful request, for `successes` of the contract suite. */
export function successOf(plan: Plan): string {
  const { caller, parent, ownerName } = plan
  const needsUser = caller === 'user' && (parent === undefined || parent.isPublic)
  const ids = idsOf(plan).map((it) => `${it}: ${it.endsWith('Id') ? 'noId' : code(pathSample(it))}`)
  const params = [...(ownerName ? ['...(await own(world)).params'] : []), ...ids]
  const parts = [
    ...(parent ? [`...(await successes.${parent.like}(world))`] : []),
    ...(!parent && caller === 'owner' ? ['...(await own(world))'] : []),
    ...(needsUser ? ['as: await world.person()'] : []),
    ...(caller === 'superuser' ? ['as: await world.superuser()'] : []),
    ...(!parent && caller !== 'owner' && params.length > 0 ? [`params: { ${params.join()} }`] : []),
    ...(plan.body.length > 0 ? [`...json(${code(samplesOf(plan.body))})`] : []),
  ]
  if (parent && parts.length === 1) return `(world) => successes.${parent.like}(world)`
  return `async (${/\bworld\b/.test(parts.join()) ? 'world' : ''}) => ({ ${parts.join(', ')} })`
}

/** Returns the requests that only the operation itself answers with an error; undefined if there are none. */
export function failureOf(plan: Plan): string | undefined {
  const { owner, parent, name } = plan
  const last = idsOf(plan).at(-1)
  if (parent && owner === undefined)
    return `{ 404: async (world) => {
      const sent = await successes.${name.camel}(world)
      return { ...sent, params: { ...sent.params, ${last ? `${last}: noId` : '...unknown'} } }
    } }`
  if (owner === undefined || last) return undefined
  if (plan.body.length === 0) return '{ 404: ofUnknown }'
  const body = `...json(${code(samplesOf(plan.body))})`
  return `{ 404: async (world) => ({ ...(await ofUnknown(world)), ${body} }) }`
}

/** Tells whether users may call it on what others have. @param source the test that lists such operations. */
export function isShared(plan: Plan, source: string): boolean {
  const { caller, ownerName, parent } = plan
  if (caller !== 'user' || ownerName !== undefined || idsOf(plan).length === 0) return false
  return !parent || parent.isPublic || source.includes(`'${parent.id}'`)
}

const unknownId = '01935f3e-0000-7000-8000-000000000000'

/** Returns the file with the tests of the operation. */
export function testFile(plan: Plan, example: unknown): string {
  const { name, caller, parent } = plan
  const hasId = idsOf(plan).length > 0
  const cases = [
    ...(parent ? [] : [answersExample(plan, example)]),
    ...(parent && !hasId ? [answersUser(plan)] : []),
    ...(parent?.creation && hasId ? [answersFound(plan, parent.schema, parent.creation)] : []),
    ...(parent && hasId ? [answersUnknown(plan, parent.schema)] : []),
    ...(caller === 'anyone' ? [] : [answersAnonymous(plan)]),
  ].join('\n')
  const builders = ['person', 'superuser'].filter((it) => cases.includes(`await ${it}(`))
  return `import { describe, expect, it } from 'vitest'
${builders.length > 0 ? `import { ${builders.join(', ')} } from '../support/builders.ts'` : ''}
import { useService } from '../support/service.ts'

const service = useService()

describe('${name.camel}', () => {
${cases}})
`
}

const someone = 'const someone = await person(service)'

/** Returns the lines that make the client, and its name. */
function clientOf({ caller, ownerName }: Plan) {
  if (caller === 'anyone') return { client: 'service.api', made: ownerName ? someone : '' }
  if (caller === 'superuser') {
    const superuser = 'const caller = service.api.as(await superuser(service))'
    return { client: 'caller', made: ownerName ? `${someone}\n${superuser}` : superuser }
  }
  return { client: 'caller', made: `${someone}\nconst caller = service.api.as(someone)` }
}

/** Returns the call of the operation, with code for its last id. */
function call(plan: Plan, client: string, id: string, user = `\${someone.username}`) {
  const last = idsOf(plan).at(-1)
  const path = plan.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === plan.ownerName ? user : name === last ? id : pathSample(name),
  )
  const body = plan.body.length > 0 ? `, ${code(samplesOf(plan.body))}` : ''
  return `${client}.${plan.method}(${quoted(path)}${body})`
}

function answersExample(plan: Plan, example: unknown): string {
  const { client, made } = clientOf(plan)
  const wanted = plan.answers ? `[200, ${code(example)}]` : '[204]'
  const got = plan.answers ? '[answer.status, answer.body]' : '[answer.status]'
  return `  it('answers ${plan.answers ? 'the example of the contract' : '204'}', async () => {
    ${made}
    const answer = await ${call(plan, client, pathSample(idsOf(plan).at(-1) ?? ''))}
    expect(${got}).toEqual(${wanted})
  })
`
}

function answersUser(plan: Plan): string {
  const { client, made } = clientOf(plan)
  const status = plan.answers ? 200 : 204
  return `  it('answers ${status} for a user', async () => {
    ${made}
    const answer = await ${call(plan, client, '')}
    expect(answer.status).toBe(${status})
  })
`
}

type Creation = NonNullable<NonNullable<Plan['parent']>['creation']>

function answersFound(plan: Plan, schema: string, { path, body }: Creation): string {
  const { client, made } = clientOf(plan)
  const isAnonymous = plan.caller === 'anyone'
  const creator = isAnonymous ? 'service.api.as(someone)' : client
  const list = path.replace(`{${plan.ownerName}}`, `\${someone.username}`)
  const same = plan.answers === schema && plan.returns === undefined
  return `  it('answers the ${spokenOf(schema)}', async () => {
    ${isAnonymous ? someone : made}
    const created = await ${creator}.post(${quoted(list)}, ${code(body)})
    const answer = await ${call(plan, client, `\${created.body.id}`)}
    expect(answer.status).toBe(${plan.answers ? 200 : 204})
    ${same ? 'expect(answer.body).toEqual(created.body)' : ''}
  })
`
}

function answersUnknown(plan: Plan, schema: string): string {
  const { client, made } = clientOf(plan)
  return `  it('answers 404 for an unknown ${spokenOf(schema)}', async () => {
    ${made}
    const answer = await ${call(plan, client, unknownId)}
    expect(answer.status).toBe(404)
  })
`
}

function answersAnonymous(plan: Plan): string {
  return `  it('answers 401 to an anonymous client', async () => {
    const answer = await ${call(plan, 'service.api', unknownId, 'someone')}
    expect(answer.status).toBe(401)
  })
`
}
