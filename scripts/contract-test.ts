// `npm run contract:test -- --url http://…`: the contract suite against a service that runs already.
// It signs people up and deletes some; a superuser comes from ADMIN_USERNAME and ADMIN_PASSWORD.
import { parseArgs } from 'node:util'
import { operations } from '../generated/operations.ts'
import type { Operation } from '../src/contract/operation.ts'
import { allCases, type Case } from '../tests/contract/suite/cases.ts'
import { isExempt } from '../tests/contract/suite/exemptions.ts'
import { needsSuperuser } from '../tests/contract/suite/requests.ts'
import { faultsOfCase, matrix } from '../tests/contract/suite/run.ts'
import { type Credentials, realWorld } from '../tests/contract/suite/world.ts'

const { values: options } = parseArgs({
  options: { url: { type: 'string' }, only: { type: 'string', multiple: true } },
})

if (options.url === undefined) {
  console.error('say which service: npm run contract:test -- --url http://localhost:3000')
  process.exit(2)
}
process.exitCode = await main(new URL(options.url).origin, options.only)

/** Runs what can be run. @returns the exit code. */
async function main(origin: string, only: readonly string[] | undefined): Promise<number> {
  const root = rootFromEnvironment()
  const world = realWorld(origin, async () => root)
  const outcomes = new Map<Case, '✓' | '✗' | '–'>()
  const cases = allCases().filter((it) => !only || only.includes(it.operation))
  for (const one of cases) {
    const left = isExempt('url', one.operation, one.status) || (!root && needsSuperuser(one))
    if (left) {
      outcomes.set(one, '–')
      continue
    }
    const faults = await faultsOfCase({ name: 'url', origin, world }, one).catch(inWords)
    outcomes.set(one, faults.length === 0 ? '✓' : '✗')
    for (const fault of faults) console.log(fault)
  }
  const count = (mark: string) => [...outcomes.values()].filter((it) => it === mark).length
  console.log(`\n${matrix(cases, (it) => outcomes.get(it) ?? ' ')}\n`)
  console.log(`${count('✓')} as the contract says, ${count('✗')} not, ${count('–')} not run (–)`)
  if (!root) {
    const rows = Object.values<Operation>(operations).filter((it) =>
      cases.some((one) => one.operation === it.operationId && needsSuperuser(one)),
    )
    const names = rows.map((it) => it.operationId).join(', ')
    if (names) console.log(`set ADMIN_USERNAME and ADMIN_PASSWORD to run all of: ${names}`)
  }
  return count('✗') === 0 ? 0 : 1
}

function rootFromEnvironment(): Credentials | undefined {
  const { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = process.env
  return username && password ? { username, password } : undefined
}

function inWords(error: unknown): string[] {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
  return [`${error instanceof Error ? error.message : error} ${cause}`.trim()]
}
