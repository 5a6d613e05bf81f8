// The code of the guides is complete and runs: each file and each change that the pages show is
// applied to a copy of the repository, which has to pass its checks and its tests then.
// Slow because the whole copy is compiled, linted and tested.
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
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

  /** What the generator writes for the resource that the guide then adds by hand, by path. */
  const generated = new Map<string, string>()

  /** Runs the generator, and takes back what it has written. */
  async function generate(line: string) {
    await inCopy(plain(line))
    const listed = await inCopy('git ls-files -z --modified --others --exclude-standard')
    for (const path of listed.split('\0').filter(Boolean)) {
      generated.set(path, await readFile(join(copy, path), 'utf8'))
    }
    await inCopy('git checkout -q . && git clean -fdq')
  }

  /** By hand, the migration has the time of the guide. */
  async function expectSame() {
    const made = await readdir(join(copy, 'migrations'))
    expect(generated.size).toBeGreaterThan(20)
    for (const [path, text] of generated) {
      const name = made.find((it) => it.slice(14) === path.slice('migrations/'.length + 14))
      const byHand = path.startsWith('migrations/') ? `migrations/${name}` : path
      expect(await readFile(join(copy, byHand), 'utf8'), byHand).toBe(text)
    }
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
    if (line.startsWith('npm run new -- resource ')) return generate(line)
    // tests/slow/commands/new-command.test.ts runs these.
    if (line.startsWith('npm run new -- ')) return
    const steps =
      /^npm run (codegen|contract:lint|contract:diff)$|^npx knex migrate:(latest|rollback)$/
    expect(steps.test(line), `there is no rule for "${line}"`).toBe(true)
    // The difference is shown before it is announced, and is an error until then.
    const status = line === 'npm run contract:diff' ? ' || test $? = 1' : ''
    const output = await inCopy(`${plain(line)}${status}`)
    for (const said of shown) expect(output).toContain(said)
  }

  it('can be followed from page to page and passes the checks', { timeout: 600_000 }, async () => {
    const touched = new Set<string>()
    for (const { name, blocks } of walk) {
      for (const block of blocks) {
        if (block.kind === 'console') for (const command of commandsOf(block)) await follow(command)
        else if (/^(ts|yaml|diff) file$/.test(block.kind)) {
          await applyBlock(copy, block)
          touched.add(block.path)
        } else if (/^(ts|yaml) in$/.test(block.kind)) expectExcerpt(block)
        else throw new Error(`${block.at}: there is no rule for a block of kind "${block.kind}"`)
      }
      if (name === 'docs/extending.md') await expectSame()
    }
    const sourceFiles = [...touched].filter((it) => it.endsWith('.ts')).join(' ')
    await Promise.all([
      inCopy(`biome ci --colors=off ${sourceFiles} && depcruise src generated && knip`),
      inCopy('tsc'),
    ])
    await inCopy(plain(`npm test -- ${tests.join(' ')}`))
  })
})
