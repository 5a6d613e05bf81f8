// `npm run contract:test -- --url http://…`: runs the contract suite against a running service. It signs
// users up and deletes some; ADMIN_USERNAME and ADMIN_PASSWORD name a superuser.
import { parseArgs } from 'node:util'
import { contract, operations } from '../generated/operations.ts'
import { loadConfig, Reader, readEnvironment } from '../src/config/config.ts'
import { closeDatabase, createDatabase } from '../src/db/connection.ts'
import { createLogger } from '../src/lib/log.ts'
import { allCases, type Case } from '../tests/contract/suite/cases.ts'
import { isExempt } from '../tests/contract/suite/exemptions.ts'
import { signedUp } from '../tests/contract/suite/registration.ts'
import { matrix, violationsOfCase } from '../tests/contract/suite/run.ts'
import {
  type Accounts,
  type Credentials,
  NoSuperuser,
  realWorld,
} from '../tests/contract/suite/world.ts'
import { accountsIn } from '../tests/support/builders.ts'

const usage = 'npm run contract:test -- --url http://localhost:3000 [--only getUser]'
const patience = 10_000

/** Creates users in the database of DATABASE_URL, for a contract without sign-up. */
const usersInDatabase = {
  async user() {
    const { database } = loadConfig(readEnvironment())
    const db = createDatabase(database, createLogger({ level: 'warn', part: 'contract:test' }))
    return accountsIn({ db })
      .user()
      .finally(() => closeDatabase(db))
  },
}

try {
  const { origin, only } = readArguments()
  await expectService(origin)
  process.exitCode = await main(origin, only)
} catch (error) {
  console.error(inWords(error))
  process.exitCode = 2
}

/** Reads the arguments. @throws Error for an unknown or invalid one */
function readArguments() {
  const options = { url: { type: 'string' }, only: { type: 'string', multiple: true } } as const
  const { url, only } = parseArgs({ options }).values
  if (url === undefined) throw new Error(`--url is missing: ${usage}`)
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new Error(`${url} is no URL: ${usage}`)
  const unknown = only?.find((it) => !Object.hasOwn(operations, it))
  if (unknown) throw new Error(`the contract has no operation ${unknown}`)
  return { origin: new URL(url).origin, only }
}

/** Checks the service before the suite runs. @throws Error where another service listens, or none */
async function expectService(origin: string) {
  const url = origin + contract.basePath + operations.getHealth.path
  const signal = AbortSignal.timeout(patience)
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw new Error(`GET ${url}: ${inWords(error)}`)
  })
  const type = response.headers.get('content-type')
  await response.body?.cancel()
  if (response.ok && type === 'application/json') return
  throw new Error(`GET ${url} returns ${response.status} ${type}: is this the service?`)
}

/** Runs the cases that can run. Returns the exit code. */
async function main(origin: string, only: readonly string[] | undefined): Promise<number> {
  const root = rootFromEnvironment()
  const accounts: Accounts = {
    ...usersInDatabase,
    ...signedUp(origin),
    async superuser() {
      if (root === undefined) throw new NoSuperuser()
      return root
    },
  }
  const target = { name: 'url', origin, world: realWorld(origin, accounts) } as const
  const cases = allCases().filter((it) => !only || only.includes(it.operation))
  const outcomes = new Map<Case, '✓' | '✗' | '–'>()
  const withoutSuperuser = new Set<string>()
  for (const one of cases) {
    try {
      if (isExempt('url', one.operation, one.status)) {
        outcomes.set(one, '–')
        continue
      }
      const violations = await violationsOfCase(target, one)
      outcomes.set(one, violations.length === 0 ? '✓' : '✗')
      for (const violation of violations) console.log(violation)
    } catch (error) {
      const needsSuperuser = error instanceof NoSuperuser
      outcomes.set(one, needsSuperuser ? '–' : '✗')
      if (needsSuperuser) withoutSuperuser.add(one.operation)
      else console.log(`${one.operation} ${one.status}: ${inWords(error)}`)
    }
  }
  const count = (mark: string) => [...outcomes.values()].filter((it) => it === mark).length
  console.log(`\n${matrix(cases, (it) => outcomes.get(it) ?? ' ')}\n`)
  console.log(`${count('✓')} as the contract says, ${count('✗')} not, ${count('–')} not run (–)`)
  if (withoutSuperuser.size > 0) {
    const names = [...withoutSuperuser].join(', ')
    console.log(`set ADMIN_USERNAME and ADMIN_PASSWORD to run all of: ${names}`)
  }
  return count('✗') === 0 ? 0 : 1
}

function rootFromEnvironment(): Credentials | undefined {
  const read = new Reader(process.env)
  const [username, password] = [read.raw('ADMIN_USERNAME'), read.raw('ADMIN_PASSWORD')]
  read.check()
  return username && password ? { username, password } : undefined
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? error.cause.message : ''
  return `${error.message} ${cause}`.trim()
}
