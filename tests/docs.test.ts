// The documentation holds. The code that the guides show is applied to a copy of the repository,
// which has to pass its checks then; the commands are run, or looked up where they cannot be. Each
// kind of block and each command has a rule here: one without a rule fails.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv, promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeService } from '../scripts/infrastructure/panel.ts'
import { freePort } from '../scripts/infrastructure/ports.ts'
import { startMock } from '../scripts/mock.ts'
import { loadConfig } from '../src/config.ts'
import { temporaryDatabase } from './support/database.ts'
import { applyBlock, type Block, type Command, commandsOf, parsePage } from './support/guides.ts'
import { useService } from './support/service.ts'
import { until } from './support/until.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const run = promisify(execFile)

const guides = readdirSync(join(root, 'docs')).filter((it) => it.endsWith('.md'))
const beside = ['README.md', 'CONTRIBUTING.md', 'openapi/README.md', 'client/README.md']
const pages = [...beside, ...guides.map((it) => `docs/${it}`)].map((name) =>
  parsePage(name, read(name)),
)
/** The pages whose code is one walk, each upon what those before it have left. */
const walk = ['extending', 'contract', 'migrations', 'jobs', 'testing'].map((name) =>
  parsePage(`docs/${name}.md`, read(`docs/${name}.md`)),
)
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))
const service = useService({ worker: true })

/** The repository's files as they are now, new ones included. */
async function sources(): Promise<string[]> {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard']
  const { stdout } = await run('git', listed, { cwd: root })
  return stdout.split('\n').filter((it) => it !== '' && existsSync(join(root, it)))
}

/** Runs a line of shell. @throws Error with all that it printed, where it fails. */
async function shell(line: string, { cwd = root, env = {} } = {}): Promise<string> {
  const PATH = `${root}node_modules/.bin:${process.env.PATH}`
  const options = { cwd, env: { PATH, HOME: process.env.HOME, NO_COLOR: '1', ...env } }
  return run('bash', ['--norc', '-euo', 'pipefail', '-c', line], options).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => Promise.reject(new Error(`${line}\n${stdout}${stderr}`)),
  )
}

let knexHelp: string
beforeAll(async () => {
  knexHelp = await shell('knex --help')
})

it('each test that the security guide names exists', () => {
  const named = [...read('docs/security.md').matchAll(/`(tests\/[^`]+)` “([^”]+)”/g)]
  expect(named.length).toBeGreaterThan(15)
  const missing = named.filter(([, file, name]) => !read(file ?? '').includes(`'${name}'`))
  expect(missing.map(([text]) => text)).toEqual([])
})

describe.each(pages)('$name', ({ name, prose, blocks }) => {
  it('links to what is there', () => {
    for (const [, target = ''] of prose.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? name : join(dirname(name), path)
      expect(existsSync(join(root, file)), `${target} leads nowhere`).toBe(true)
      if (anchor) expect(parsePage(file, read(file)).anchors, target).toContain(anchor)
    }
  })

  it('names commands that are there', () => {
    const text = [prose, ...blocks.map((it) => it.text)].join('\n')
    for (const [, command] of text.matchAll(/npx knex ([\w:]+)/g)) {
      expect(knexHelp).toContain(command)
    }
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) {
      expect(scripts).toHaveProperty([script])
    }
  })

  if (blocks.length === 0 || walk.some((it) => it.name === name)) return
  it.each(blocks)('shows what holds in $at', async (block) => {
    const rule = rules[block.kind]
    if (rule === undefined) throw new Error(`there is no rule for a block of kind "${block.kind}"`)
    await rule(block)
  })
})

/** What has to hold for a block outside of the walk, by its kind. */
const rules: Record<string, (block: Block) => unknown> = {
  '': expectPanelOrLayout,
  'ts in': expectExcerpt,
  'yaml in': expectExcerpt,
  console: (block) => Promise.all(commandsOf(block).map(expectCommand)),
  bash: walkByCurl,
  dotenv({ text }) {
    expectVariables(text)
    const { database, redis } = loadConfig(parseEnv(text) as Record<string, string>)
    expect([database.embedded, redis.cache.embedded]).toEqual([false, false])
  },
}

function expectExcerpt({ path, text }: Block) {
  expect(trimmed(read(path))).toContain(trimmed(text))
}

const trimmed = (text: string) => text.replace(/^ +/gm, '')

/** What `npm run dev` prints, or a layout, whose files and folders are all there. */
async function expectPanelOrLayout({ text }: Block) {
  if (text.startsWith('API ')) {
    const places = { dataDir: '.data', postgresDir: '.data/postgres', config: loadConfig({}) }
    return expect(`${describeService(places, '/api/v1', false).join('\n')}\n`).toBe(text)
  }
  const present = (await sources()).flatMap((file) => file.split('/'))
  const names = /(?<![\w./])[a-z][\w-]+(?=\/)|[\w.-]+\.(ts|js|json|yaml)\b/g
  for (const [name] of text.matchAll(names)) expect(present).toContain(name)
}

/** The variables that a text sets are those of the service. */
function expectVariables(text: string) {
  for (const [assignment] of text.matchAll(/\b[A-Z][A-Z_]+=/g)) {
    expect(read('.env.example')).toMatch(new RegExp(`^(# )?${assignment}`, 'm'))
  }
}

const knownCommands = [
  /^npm (run [\w:-]+|test|start|ci|prune --omit=dev)$/,
  /^docker run -d --name [\w-]+ -p 127\.0\.0\.1:(\d+):\1( -e \w+=[\w-]+)* [\w-]+:[\w.-]+$/,
  /^openssl rand -hex 32$/,
]

/** A request is sent, and answers what is shown; of any other command the parts are known. */
async function expectCommand({ line, shown }: Command) {
  expectVariables(line)
  if (line.startsWith('curl ')) {
    const answer = await shell(`${line.replace(/http:\/\/[^/]+/, service.url)} -sS --fail`)
    return expect(answer.trim()).toBe(shown.join('\n'))
  }
  const command = line.replace(/^(\w+=\S+ )+/, '')
  const known = knownCommands.some((it) => it.test(command))
  expect(known, `there is no rule for "${line}"`).toBe(true)
  expect(shown, `nothing compares what "${line}" shows`).toEqual([])
}

/**
 * A walk by curl: all of its requests succeed, and the last line shows a task that did. Against the
 * service and against the mock; instead of sleeping, the last line is repeated.
 */
async function walkByCurl({ text }: Block) {
  const port = await freePort()
  const mock = await startMock({ port })
  try {
    for (const origin of [service.url, `http://127.0.0.1:${port}`]) {
      const lines = text.replace(/^api=http:..[^/]+/m, `api=${origin}`).replace(/^sleep .*\n/m, '')
      const [, first = '', last = ''] = /^(.*\n)(.+)\n$/s.exec(lines) ?? []
      const output = await shell(`${first}echo; declare -p api json token task`)
      expect(output).not.toContain('"code"')
      const variables = output.split('\n').filter((it) => it.startsWith('declare'))
      await until('a task that succeeded', async () => {
        const answer = await shell([...variables, last].join('\n'))
        return answer.includes('"status":"succeeded"') ? true : undefined
      })
    }
  } finally {
    await mock.close()
  }
}

describe('the code of the guides', () => {
  let copy: string
  let database: Awaited<ReturnType<typeof temporaryDatabase>>
  const inCopy = (line: string) =>
    shell(line, { cwd: copy, env: { ...service.env, DATABASE_URL: database.url } })

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'api-guides-'))
    database = await temporaryDatabase()
    for (const file of await sources()) await cp(join(root, file), join(copy, file))
    // The version that the pages start from, for what compares with it.
    const author = '-c user.name=Reader -c user.email=reader@example.com -c commit.gpgSign=false'
    await inCopy(
      `git init -q && git add -A && git ${author} commit -qm first && git -c tag.gpgSign=false tag v0.0.0`,
    )
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  })
  afterAll(async () => {
    await rm(copy, { recursive: true, force: true })
    await database.drop()
  })

  /** A command of npm as the line that it stands for; the packages are installed already. */
  const plain = (line: string) =>
    line
      .replace(/^npx /, '')
      .replace(/^npm (?:run )?([\w:-]+)(?: -- )?/, (_, script) => `${scripts[script]} `)
      .replace(/node scripts\/bootstrap\.mjs(?: --redis)?/, 'node --import tsx')

  /** Has a migration made as a reader does, whose name is another one at each time. */
  async function makeMigration(line: string) {
    const files = () => readdir(join(copy, 'migrations'))
    const before = await files()
    await inCopy(plain(line))
    const [made = '', ...more] = (await files()).filter((it) => !before.includes(it))
    expect([made, more]).toEqual([expect.stringMatching(/^\d{14}_\w+\.ts$/), []])
    await rm(join(copy, 'migrations', made))
  }

  /** The files that `npm test` is to run, in one run when all of the pages are applied. */
  const tests: string[] = []

  /** Does what a command of a page does, but for the checks, which come at the end, once. */
  async function follow({ line, shown }: Command) {
    const [, files] = /^npm test -- (.+)$/.exec(line) ?? []
    if (files) return tests.push(files)
    if (['npm test', 'npm run types', 'npm run format'].includes(line)) return
    // Their own tests run these.
    if (/^npm run (contract:(fuzz|test)|test:faults)( |$)/.test(line)) return
    if (line.startsWith('npx knex migrate:make ')) return makeMigration(line)
    const steps =
      /^npm run (codegen|contract:lint|contract:diff)$|^npx knex migrate:(latest|rollback)$/
    expect(steps.test(line), `there is no rule for "${line}"`).toBe(true)
    // The difference is shown before it is announced, and is an error until then.
    const status = line === 'npm run contract:diff' ? ' || test $? = 1' : ''
    const output = await inCopy(`${plain(line)}${status}`)
    for (const said of shown) expect(output).toContain(said)
  }

  it('can be followed from page to page and passes the checks', { timeout: 240_000 }, async () => {
    const touched = new Set<string>()
    for (const block of walk.flatMap((it) => it.blocks)) {
      if (block.kind === 'console') for (const command of commandsOf(block)) await follow(command)
      else if (/^(ts|yaml|diff) file$/.test(block.kind)) {
        await applyBlock(copy, block)
        touched.add(block.path)
      } else if (block.kind === 'ts in') expectExcerpt(block)
      else throw new Error(`${block.at}: there is no rule for a block of kind "${block.kind}"`)
    }
    const sourceFiles = [...touched].filter((it) => it.endsWith('.ts')).join(' ')
    await Promise.all([
      inCopy(`biome ci --colors=off ${sourceFiles} && depcruise src generated && knip`),
      inCopy('tsc'),
    ])
    await inCopy(plain(`npm test -- ${tests.join(' ')}`))
  })
})
