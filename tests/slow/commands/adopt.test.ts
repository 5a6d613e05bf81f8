// `npm run adopt` with public documents, and with what it refuses. Slow because each service that it makes runs
// its own checks and tests.
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root, sources } from '../../support/guides.ts'
import { killGroup, type Process, startCommand } from '../../support/process.ts'
import { until } from '../../support/until.ts'

const documents = join(root, 'tests/slow/contract/documents')
const started: Process[] = []
let folder: string
/** A clone of this repository, without changes. */
let clone: string

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'adopt-clone-'))
  for (const file of await sources()) cpSync(join(root, file), join(clone, file))
  const git = (...args: string[]) => execFileSync('git', args, { cwd: clone })
  const author = [
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@example.com',
    '-c',
    'commit.gpgSign=false',
  ]
  git('init', '--quiet')
  git('add', '--all')
  git(...author, 'commit', '--quiet', '-m', 'Template')
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  // The packages are newer than the lock file, so that nothing is installed.
  utimesSync(join(clone, 'package-lock.json'), 0, 0)
})
afterAll(() => rm(clone, { recursive: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adopt-test-'))
})
afterEach(async () => {
  for (const { child } of started.splice(0)) killGroup(child)
  await rm(folder, { recursive: true })
})

function run(args: readonly string[], cwd: string): Process {
  const { HOME } = process.env
  const env = { INIT_CWD: folder, NO_COLOR: '1', HOME }
  const running = startCommand(process.execPath, args, { cwd, env })
  started.push(running)
  return running
}

const adopt = (...args: readonly string[]) =>
  run(['scripts/bootstrap.mjs', 'scripts/adopt.ts', ...args], clone)

/** Gives a service the packages of this repository, which has all that it needs. */
function linkPackages(service: string) {
  symlinkSync(join(root, 'node_modules'), join(service, 'node_modules'))
  utimesSync(join(service, 'package-lock.json'), 0, 0)
}

const long = { timeout: 900_000 }

describe('a public document', () => {
  /** All that `npm test` runs. */
  const everything = [['scripts/bootstrap.mjs', 'scripts/test/test.ts']]
  /** What depends on the contract. */
  const essential = [
    ['node_modules/typescript/bin/tsc'],
    ['--import', 'tsx', 'scripts/contract-lint.ts'],
    ['node_modules/vitest/vitest.mjs', 'run'],
  ]
  it.each([
    ['cc-by/oai-uber-2.0.yaml', 'uber-api', ['products', 'estimates', 'user'], essential],
    [
      'mit/redocly/museum-3.1.yaml',
      'redocly-museum-api',
      ['events', 'operations', 'tickets'],
      everything,
    ],
  ])('%s becomes a service whose tests pass', long, async (file, name, features, commands) => {
    const service = join(folder, 'service')
    const adopted = await adopt(join(documents, file), '--to', 'service').ended
    expect(adopted.code, adopted.output).toBe(0)
    expect(adopted.output).toContain(`cd ${service}`)
    expect(readdirSync(folder)).toEqual(['service'])
    expect(JSON.parse(readFileSync(join(service, 'package.json'), 'utf8')).name).toBe(name)
    const folders = readdirSync(join(service, 'src/features')).filter((it) => !it.includes('.'))
    expect(folders.sort()).toEqual(features.sort())

    const git = (...args: string[]) => execFileSync('git', args, { cwd: service, encoding: 'utf8' })
    expect(git('log', '--format=%s').trim()).toBe(`Begin ${name}`)
    expect(git('status', '--porcelain')).toBe('')
    linkPackages(service)
    let printed = ''
    for (const command of commands) {
      const { code, output } = await run(command, service).ended
      expect(code, output).toBe(0)
      printed = output
    }
    expect(printed).toMatch(/Tests {2}\d+ passed/)
  })
})

describe('adopt refuses', () => {
  const broken = `openapi: 3.1.0
info: { title: Things, version: '1' }
paths:
  /things:
    get:
      responses:
        '200': { description: Things, content: { application/json: { schema: { $ref: '#/nothing' } } } }
`

  it('a document with a mistake, and names its place', async () => {
    writeFileSync(join(folder, 'things.yaml'), broken)
    const { code, output } = await adopt('things.yaml', '--to', 'service').ended
    expect(output).toMatch(/things\.yaml:7:\d+ Can't resolve \$ref/)
    expect([code, readdirSync(folder)]).toEqual([1, ['things.yaml']])
  })

  it('a folder that is not empty', async () => {
    await mkdir(join(folder, 'service'))
    writeFileSync(join(folder, 'service/mine.txt'), '')
    const file = join(documents, 'cc-by/oai-petstore-3.0.yaml')
    const { code, output } = await adopt(file, '--to', 'service').ended
    expect(output).toContain(`${join(folder, 'service')} is not empty`)
    expect([code, readdirSync(join(folder, 'service'))]).toEqual([1, ['mine.txt']])
  })

  it('a name that no package can have', async () => {
    const file = join(documents, 'cc-by/oai-petstore-3.0.yaml')
    const { code, output } = await adopt(file, '--to', 'service', '--name', 'My Pets').ended
    expect(output).toContain('My Pets cannot be the name of a package')
    expect([code, readdirSync(folder)]).toEqual([1, []])
  })
})

it('an interrupted adopt leaves nothing behind', async () => {
  const file = join(documents, 'cc-by/oai-petstore-3.0.yaml')
  const { child, ended } = adopt(file, '--to', 'service')
  await until('the first file', () => readdirSync(folder)[0], 60_000)
  child.kill('SIGINT')
  expect((await ended).code).toBe(1)
  expect(readdirSync(folder)).toEqual([])
})
