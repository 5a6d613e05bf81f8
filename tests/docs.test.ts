// The documentation holds: links lead somewhere, commands and variables exist, requests answer what
// is shown. Each kind of block has a rule here: one without a rule fails. The code of the guides is
// applied by `tests/slow/guides/`.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { describeService } from '../scripts/dev/panel.ts'
import { freePort } from '../scripts/dev/ports.ts'
import { loadDevelopmentConfig } from '../scripts/dev/settings.ts'
import { startMock } from '../scripts/mock/mock.ts'
import { loadConfig } from '../src/config/config.ts'
import { account } from './support/builders.ts'
import {
  type Block,
  type Command,
  commandsOf,
  expectBlocksFit,
  expectExcerpt,
  parsePage,
  root,
  scripts,
  shell,
  sources,
  walk,
} from './support/guides.ts'
import { useService } from './support/service.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

const pagesIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((it) => it.endsWith('.md'))
    .map((it) => `${folder}/${it}`)
const beside = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'openapi/README.md',
  'client/README.md',
]
const pages = [...beside, ...pagesIn('docs'), ...pagesIn('docs/decisions')].map((name) =>
  parsePage(name, read(name)),
)
const allBlocks = pages.flatMap((it) => it.blocks)
/** The text of each file that is no prose, by its path. */
const code = new Map(
  (await sources())
    .filter((it) => /\.(js|json|mjs|ts|yaml)$/.test(it) && it !== 'package-lock.json')
    .map((it) => [it, read(it)]),
)
const wordsOf = (texts: Iterable<string>) =>
  new Set([...texts].flatMap((it) => it.match(/\w+/g) ?? []))
const knownWords = wordsOf([...code.values(), ...allBlocks.map((it) => it.text)])
const service = useService({ worker: true })

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

it('the index of the decisions lists each record under its title', () => {
  const [index, ...records] = pagesIn('docs/decisions').sort().reverse()
  const lines = records.reverse().map((path) => {
    const [, title] = /^# (.+)$/m.exec(read(path)) ?? []
    return `- [${title}](${path.slice('docs/decisions/'.length)})`
  })
  expect(read(index ?? '').match(/^- .+$/gm)).toEqual(lines)
})

it('the changes that the guides show fit the files that they change', () => {
  const blocks = walk.flatMap((it) => it.blocks)
  expectBlocksFit(blocks.filter(({ kind }) => /^(ts|yaml|diff) file$/.test(kind)))
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

  const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

  it('names files that exist or that a guide makes', () => {
    const inRepository =
      /^(bench|client|docs|generated|migrations|openapi|scripts|seeds|src|tests)\//
    const paths = inline.filter((it) => inRepository.test(it) && /^[\w./-]+$/.test(it))
    const made = allBlocks.map((it) => it.path)
    const missing = paths.filter(
      (path) => !existsSync(join(root, path)) && !made.some((it) => it.startsWith(path)),
    )
    expect(missing).toEqual([])
  })

  it('names functions, types and variables that exist', () => {
    const placed = prose.matchAll(
      /`([A-Za-z_]\w*)` (?:in|of|from) `((?:src|scripts|tests)\/[^`]+)`/g,
    )
    for (const [text, id = '', path = ''] of placed) {
      const files = [...code].filter(([file]) => file.startsWith(path))
      expect(wordsOf(files.map(([, content]) => content)).has(id), text).toBe(true)
    }
    const camelCase = inline.flatMap((it) => it.match(/(?<![\w./-])[a-z]+[A-Z]\w*/g) ?? [])
    // The changelog also names what is gone.
    const mayName = name.endsWith('CHANGELOG.md') ? new Set(camelCase) : knownWords
    expect(camelCase.filter((id) => !mayName.has(id))).toEqual([])
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
  // tests/contract/rules/pages.test.ts lints these.
  'yaml example': ({ path }) => expect(['wrong', 'right']).toContain(path),
  console: (block) => Promise.all(commandsOf(block).map(expectCommand)),
  bash: walkByCurl,
  // The test that runs the block.
  'bash run': ({ at, path }) => expect(read(path)).toContain(at.split(':')[0]),
  // tests/slow/deployments/deploy-files.test.ts checks what they name.
  'bash needs': ({ path }) => expect(['docker', 'kubectl', 'systemd']).toContain(path),
  dotenv({ text }) {
    expectVariables(text)
    const { database, redis } = loadConfig(parseEnv(text) as Record<string, string>)
    expect([database.embedded, redis.cache.embedded]).toEqual([false, false])
  },
}

/** What `npm run dev` prints, or a layout, whose files and folders are all there. */
async function expectPanelOrLayout({ text }: Block) {
  if (text.startsWith('API ')) {
    const places = {
      dataDir: '.data',
      postgresDir: '.data/postgres',
      config: loadDevelopmentConfig({}),
    }
    const own = { basePath: '/api/v1', loginPath: '/login', ownPassword: false }
    return expect(`${describeService(places, own).join('\n')}\n`).toBe(text)
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
  /^node dist\/(server|worker|migrate|admin)\.js( [\w-]+)*$/,
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

/** A walk by curl as a demo user: all of its requests succeed, against the service and against the mock. */
async function walkByCurl({ text }: Block) {
  const port = await freePort()
  const mock = await startMock({ port })
  try {
    await account(service, { name: 'Ada Lovelace', username: 'ada', password: 'Demo-user-1' })
    for (const origin of [service.url, `http://127.0.0.1:${port}`]) {
      const output = await shell(text.replace(/^api=http:..[^/]+/m, `api=${origin}`))
      expect(output).toContain('"username":"ada"')
      expect(output).not.toContain('"code"')
    }
  } finally {
    await mock.close()
  }
}
