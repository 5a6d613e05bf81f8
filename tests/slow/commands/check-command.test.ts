// `npm run check` fails on what it is there to find: a copy of the repository breaks every gate once,
// and every rule of the imports.
// Slow because the whole copy is compiled and linted.
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import rules from '../../../.dependency-cruiser.js'
import { runQuietly } from '../../../scripts/test/commands.ts'
import { root, sources } from '../../support/guides.ts'

/** For each rule of the imports, a file of `src/` that breaks it: its path and what it imports. */
const forbiddenImports: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'no-cycles': ['lib/gate-cycle-a.ts', './gate-cycle-b.ts'],
  'lib-and-config-stand-alone': ['lib/gate-up.ts', '../db/gate.ts'],
  'engine-imports-lib-alone': ['engine/gate.ts', '../db/gate.ts'],
  'layers-import-lib-and-the-engine': ['jobs/gate.ts', '../http/gate.ts'],
  'http-imports-lib-and-the-engine': ['http/gate-down.ts', '../db/gate.ts'],
  'only-http-and-the-engine-know-koa': ['cache/gate.ts', 'koa'],
  'features-do-not-import-http-or-what-wires-them': ['features/one/up.ts', '../../http/gate.ts'],
  'features-meet-the-engine-in-contract-ts': ['features/one/engine.ts', '../../engine/gate.ts'],
  'only-contract-ts-and-what-wires-import-generated-files': [
    'features/one/generated.ts',
    '../../../generated/operations.ts',
  ],
  'features-do-not-import-each-other': ['features/one/aside.ts', '../two/repository.ts'],
  'models-follow-foreign-keys-alone': ['features/one/model.ts', '../two/repository.ts'],
  'only-the-composition-roots-wire': ['security/gate.ts', '../features/two/repository.ts'],
  'nothing-imports-an-entry-point': ['db/gate-entry.ts', '../server.ts'],
  'the-service-needs-no-development-dependency': ['db/gate-dev.ts', 'typescript'],
}

// cspell:ignore qzxv
const flagged = ['ho', 'use'].join('')

/** New files that break the other gates, and what the files above import: their text by path. */
const breaking: Readonly<Record<string, string>> = {
  'src/lib/gate-type.ts': "export const count: number = 'one'\n",
  'src/lib/gate-format.ts': 'export const   spaced = 1\n',
  'src/lib/gate-lint.ts': 'export const anything = (value: any) => value\n',
  'generated/left-over.ts': '',
  'openapi/components/schemas/Unused.yaml': 'type: string\n',
  'docs/gate.md': `The ${flagged} of qzxv.\n`,
  'src/lib/gate-cycle-b.ts': "import './gate-cycle-a.ts'\n",
  'src/db/gate.ts': '',
  'src/http/gate.ts': '',
  'src/features/two/repository.ts': '',
}

let copy: string
let output: string

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'api-check-'))
  for (const file of await sources()) await cp(join(root, file), join(copy, file))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const imports = Object.values(forbiddenImports).map(([from, to]) => [
    `src/${from}`,
    `import '${to}'\n`,
  ])
  for (const [path = '', text = ''] of [...Object.entries(breaking), ...imports]) {
    await mkdir(join(copy, dirname(path)), { recursive: true })
    await writeFile(join(copy, path), text)
  }
  await appendFile(join(copy, 'generated/serializers.d.ts'), '// stale\n')
  await appendFile(join(copy, 'src/lib/clock.ts'), '\nexport const unused = 1\n')
  const manifest = JSON.parse(await readFile(join(copy, 'package.json'), 'utf8'))
  manifest.dependencies['an-unused-package'] = '1.0.0'
  await writeFile(join(copy, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const command = 'node --import tsx scripts/test/check.ts'
  const { ok, output: printed } = await runQuietly(['sh', '-c', `cd '${copy}' && ${command}`])
  expect(ok).toBe(false)
  output = stripVTControlCharacters(printed)
}, 300_000)

afterAll(() => rm(copy, { recursive: true, force: true }))

describe('npm run check', () => {
  it.each([
    ['types', "src/lib/gate-type.ts(1,14): error TS2322: Type 'string' is not assignable"],
    ['generated files', 'generated/ is stale (left-over.ts, serializers.d.ts)'],
    ['contract', 'components/schemas/Unused.yaml is not used'],
    ['format and lint', 'src/lib/gate-format.ts format'],
    ['format and lint', 'lint/suspicious/noExplicitAny'],
    ['dead code', 'unused  src/lib/clock.ts'],
    ['dead code', 'Unused files'],
    ['dead code', 'Unused dependencies'],
    ['words', 'Unknown word (qzxv)'],
    ['words', `Forbidden word (${flagged})`],
  ])('fails on %s, with "%s"', (name, message) => {
    expect(output).toContain(`FAILED ${name}`)
    expect(output).toContain(message)
  })

  it.each(Object.entries(forbiddenImports))('fails on imports by the rule %s', (rule, [from]) => {
    expect(output).toMatch(new RegExp(`error ${rule}: src/${from}`))
  })

  it('has a file here that breaks each rule of the imports', () => {
    const names = rules.forbidden?.map((it) => it.name)
    expect(Object.keys(forbiddenImports)).toEqual(names)
  })

  it('names what failed and the commands to run it alone', () => {
    expect(output).toMatch(
      /(\d) of \1 checks failed\. To run one alone:\n(.*\n)* {2}types: npm run types/,
    )
  })
})
