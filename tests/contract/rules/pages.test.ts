// docs/rules.md has a section for each of our rules. Its wrong example breaks exactly that rule, its
// right example breaks none, when Redocly lints both with the rules of redocly.yaml.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { rules } from '../../../scripts/contract/lint/rules.ts'
import { parsePage, root } from '../../support/guides.ts'

type Fields = { [key: string]: unknown }

const page = await readFile(join(root, 'docs/rules.md'), 'utf8')
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((it) => {
    const [id = ''] = it.split('\n')
    const { prose, blocks } = parsePage(id, it)
    return { id, prose, blocks }
  })
const examples = sections.flatMap(({ id, blocks }) =>
  blocks.map(({ path: kind, text }) => ({ id, kind, text })),
)

/** Puts an example into the contract around it: objects are merged, all else is replaced. */
function merge(base: unknown, change: unknown): unknown {
  const isObject = (it: unknown): it is Fields =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
  if (!isObject(base) || !isObject(change)) return change
  // What refers to a file has nothing beside the reference.
  if ('$ref' in change || '$ref' in base) return change
  const merged = Object.entries(change).map(([key, it]) => [key, merge(base[key], it)])
  return { ...base, ...Object.fromEntries(merged) }
}

/** Returns the contract around the examples, with the components that follow by rule. */
async function contractAround(): Promise<Fields> {
  const folder = join(root, 'openapi')
  const ours = await readFile(join(folder, 'openapi.yaml'), 'utf8')
  const { components } = parse(ours.replaceAll('$ref: components/', `$ref: ${folder}/components/`))
  const { parameters, headers, responses } = components
  const text = await readFile(new URL('contract.yaml', import.meta.url), 'utf8')
  const schemas = { Problem: { $ref: `${folder}/components/schemas/Problem.yaml` } }
  return merge({ components: { schemas, parameters, headers, responses } }, parse(text)) as Fields
}

/** Writes a contract to a folder: a path that refers to a file gets that file. */
async function write(folder: string, contract: Fields, example: Fields) {
  const merged = merge(contract, example) as { paths: Record<string, { $ref?: string }> }
  await mkdir(folder, { recursive: true })
  for (const [path, { $ref }] of Object.entries(merged.paths)) {
    if ($ref === undefined) continue
    await mkdir(join(folder, 'paths'), { recursive: true })
    const item = stringify((contract.paths as Fields)[path])
    await writeFile(
      join(folder, $ref),
      item.replaceAll("'#/", "'../openapi.yaml#/").replaceAll('"#/', '"../openapi.yaml#/'),
    )
  }
  await writeFile(join(folder, 'openapi.yaml'), stringify(merged))
}

interface Problem {
  readonly ruleId: string
  readonly message: string
  readonly location: readonly { readonly start: { readonly line: number; readonly col: number } }[]
}

/** Returns what Redocly finds in each file. It prints one JSON document for each of them. */
async function lintFiles(files: readonly string[]): Promise<Problem[][]> {
  const cli = join(root, 'node_modules/@redocly/cli/bin/cli.js')
  const options = ['--config', join(root, 'redocly.yaml'), '--format', 'json']
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const run = promisify(execFile)(process.execPath, [cli, 'lint', ...files, ...options], {
    ...{ cwd: root, env, maxBuffer: 2 ** 26 },
  })
  const { stdout } = await run.catch((error: { stdout: string }) => error)
  const documents = stdout.trim().split(/(?<=^\})(?=\{$)/m)
  return documents.map((it) => (JSON.parse(it) as { problems: Problem[] }).problems)
}

/** Breaks two of our rules and one of Redocly's. */
const manyErrors = `
paths:
  /notes:
    post:
      operationId: addNote
      summary: ''
      x-invalidates: [getNotes]
`

let found: Problem[][]

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'))
  const contract = await contractAround()
  const texts = [...examples.map((it) => it.text), manyErrors]
  const files = texts.map((_, index) => join(folder, String(index), 'openapi.yaml'))
  for (const [index, text] of texts.entries()) {
    await write(join(folder, String(index)), contract, parse(text))
  }
  found = await lintFiles(files)
  await rm(folder, { recursive: true })
}, 60_000)

describe('docs/rules.md', () => {
  it('has a section for each rule, in the order of the rules, and no other', () => {
    const byKind = [...rules].sort((a, b) => kindOf(a.id).localeCompare(kindOf(b.id)))
    expect(sections.map((it) => it.id)).toEqual(byKind.map((it) => it.id))
  })

  it.each(rules)('begins the section of $id with its summary', ({ id, summary }) => {
    const text = sections
      .find((it) => it.id === id)
      ?.prose.split('\n')
      .slice(2)
      .join('\n')
    expect(text?.startsWith(summary)).toBe(true)
  })

  it.each(sections)('shows what is wrong for $id, then what is right', ({ blocks }) => {
    expect(blocks.map((it) => `${it.kind} ${it.path}`)).toEqual([
      'yaml example wrong',
      'yaml example right',
    ])
  })

  it.each(examples)('has a $kind example of $id that is what it says', ({ id, kind, text }) => {
    const problems = found[examples.findIndex((it) => it.id === id && it.text === text)] ?? []
    const expected = kind === 'wrong' ? [id] : []
    const messages = problems.map((it) => `${it.ruleId}: ${it.message}`).join('\n')
    expect([...new Set(problems.map((it) => it.ruleId))], messages).toEqual(expected)
    for (const { location } of problems) expect(location[0]?.start.line).toBeGreaterThan(0)
  })
})

it('one run reports all that breaks our rules and those of Redocly', () => {
  const ids = found.at(-1)?.map((it) => it.ruleId)
  expect(ids?.sort()).toEqual(['engine/invalidates', 'operation-summary', 'style/operation-verb'])
})

it('redocly.yaml turns each rule on, and each rule that it names exists', async () => {
  const { rules: configured } = parse(await readFile(join(root, 'redocly.yaml'), 'utf8'))
  const own = Object.keys(configured).filter((it) => /^(engine|style)\//.test(it))
  expect(own.sort()).toEqual(rules.map((it) => it.id).sort())
})

function kindOf(id: string): string {
  return id.split('/')[0] ?? ''
}
