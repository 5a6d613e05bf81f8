// `npm run init` without its packages: what it refuses before it writes, and what it makes of the files of
// the template. tests/slow/commands/init.test.ts runs all of it.
import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answers, templateName } from '../scripts/init/answers.mjs'
import { paths } from '../scripts/init/left-out.ts'
import { shape } from '../scripts/init/shape.ts'
import { root, sources } from './support/guides.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-init-'))
})
afterAll(() => rm(folder, { recursive: true }))

function init(args: readonly string[], env: Record<string, string> = {}) {
  const options = {
    cwd: folder,
    encoding: 'utf8',
    input: '',
    env: { ...process.env, ...env },
  } as const
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts/init.mjs'), ...args],
    options,
  )
  return { status, output: stdout + stderr }
}

describe('npm run init refuses before it writes', () => {
  it.each([
    [[], '--name is missing'],
    [['--name', 'My API'], 'lower case'],
    [['--name', 'contract-first-api'], 'the name of the template'],
    [['--name', 'shop', '--database', 'drop table'], 'a name for PostgreSQL'],
    [['--name', 'shop', '--database', 'postgres'], 'a name for PostgreSQL'],
    [['--name', 'shop', '--issuer', "it's"], 'without spaces'],
    [['--name', 'shop', '--title', 'a\nb'], 'one line'],
    [['--name', 'shop', '--without', 'posts,pets'], 'the examples are posts, tasks, registration'],
    [['--name', 'shop', '--with', 'tests'], "Unknown option '--with'"],
    [['--name', 'shop', '--to', root], 'is not empty'],
    [['--name', 'shop', '--to', join(root, 'package.json')], 'is a file'],
  ])('%j', async (args, message) => {
    const { status, output } = init([...args, ...(args.includes('--to') ? [] : ['--to', 'shop'])])
    expect(output).toContain(message)
    expect(status).toBe(1)
    expect(await readdir(folder)).toEqual([])
  })

  it('shows the right command where npm took the flags', () => {
    const { status, output } = init([], { npm_config_name: 'shop', npm_config_title: 'My shop' })
    expect(output).toContain("npm run init -- --name shop --title 'My shop'\n")
    expect(status).toBe(1)
  })
})

describe('the files of a new service', () => {
  const answers: Answers = {
    name: '@acme/shop',
    title: 'Shop: the API',
    description: 'Sells "things" & more.',
    database: 'shop_db',
    issuer: 'https://shop.example.com',
    holder: 'Acme Inc.',
    without: [],
  }
  const template = {
    repository: 'https://example.com/t.git',
    version: '9.8.7',
    commit: 'abc',
  }
  const made = new Map<string, string>()

  beforeAll(async () => {
    const copy = join(folder, 'copy')
    const files = await sources()
    for (const file of files) await cp(join(root, file), join(copy, file))
    await shape(copy, template, answers)
    const all = await readdir(copy, { recursive: true, withFileTypes: true })
    for (const it of all.filter((entry) => entry.isFile())) {
      const path = join(it.parentPath, it.name)
      made.set(path.slice(copy.length + 1), await readFile(path, 'utf8'))
    }
  })

  it('name the template nowhere but where its license is kept', () => {
    const old = new RegExp(`${templateName}|Contract-first API|\\b(5432/|DB=|PREFIX=)app\\b`)
    // The codegen writes generated/ again.
    const naming = [...made].filter(([path, text]) => old.test(text) && !/^generated\//.test(path))
    expect(naming.map(([path]) => path).sort()).toEqual(['docs/THIRD_PARTY.md'])
  })

  it('have the names of the service in each place', () => {
    expect(JSON.parse(made.get('package.json') ?? '')).toMatchObject({
      name: '@acme/shop',
      version: '0.1.0',
      description: 'Sells "things" & more.',
    })
    expect(JSON.parse(made.get('package-lock.json') ?? '').name).toBe('@acme/shop')
    expect(JSON.parse(made.get('client/package.json') ?? '').name).toBe('@acme/shop-client')
    expect(made.get('docs/client.md')).toContain('dist/client/acme-shop-client-<version>.tgz')
    expect(made.get('deploy/compose.yaml')).toContain('image: acme-shop:')
    expect(made.get('docs/deployment.md')).toContain('/opt/acme-shop/current')
    expect(made.get('openapi/openapi.yaml')).toContain(
      '  title: "Shop: the API"\n  version: 0.1.0\n',
    )
    expect(made.get('src/config/names.ts')).toContain("= 'shop_db'")
    expect(made.get('src/config/names.ts')).toContain("= 'https://shop.example.com'")
    expect(made.get('.env.example')).toContain('TOKEN_AUDIENCE=https://shop.example.com\n')
    expect(made.get('LICENSE')).toContain(`Copyright (c) ${new Date().getFullYear()} Acme Inc.\n`)
    expect(made.get('README.md')).toMatch(/^# Shop: the API\n\nSells "things" & more.\n/)
    expect(JSON.parse(made.get('template.json') ?? '')).toEqual({
      repository: 'https://example.com/t.git',
      version: '9.8.7',
      commit: 'abc',
      answers,
    })
  })

  it('lack what is the template’s own', () => {
    const own = [...made.keys()].filter((it) =>
      paths.some((path) => `${it}/`.startsWith(`${path}/`)),
    )
    expect(own).toEqual([])
    expect(made.size).toBeGreaterThan(500)
    expect(made.get('package.json')).not.toMatch(/bench|scripts\/init/)
  })
})
