// The code of the guides is complete and runs: each file and each change that the pages show is
// applied to a copy of the repository, which has to pass its checks and its tests then.
// Slow because the whole copy is compiled, linted and tested.
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../../support/database.ts'
import {
  applyBlock,
  type Command,
  commandsOf,
  expectExcerpt,
  root,
  scripts,
  shell,
  sources,
  walk,
} from '../../support/guides.ts'
import { useService } from '../../support/service.ts'

const service = useService({ worker: true })

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
      .replace(/node scripts\/bootstrap\.mjs(?: --needs=redis)?/, 'node --import tsx')

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
    if (/^npm run (contract:(fuzz|test)|test:(faults|slow))( |$)/.test(line)) return
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
      } else if (/^(ts|yaml) in$/.test(block.kind)) expectExcerpt(block)
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
