// Public documents go through lint, codegen, types, a service of stubs and the mock. What the engine
// refuses of them is left out, so the test says nothing of how much that is: `npm run contract:try` does.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { tryContract } from '../../../scripts/contract/try/try.ts'

const folder = join(import.meta.dirname, 'documents')
const files = (await readdir(folder, { recursive: true })).filter((it) => it.endsWith('.yaml'))

describe('a public document', () => {
  // A large document compiles for a minute.
  const timeout = 400_000
  it.each(files)('%s is served as far as the engine supports it', { timeout }, async (file) => {
    const { operations, leftOut, refused, failures } = await tryContract(join(folder, file))
    expect(failures).toEqual([])
    expect(leftOut.length).toBeLessThanOrEqual(operations)
    for (const line of refused) expect(line).toContain(`${basename(file)}:`)
    for (const line of refused) expect(line).toMatch(/\.yaml:\d+:\d+ .+ \(engine\/[a-z-]+\)$/)
    if (leftOut.length > 0) expect(refused).not.toEqual([])
  })
})

const root = join(import.meta.dirname, '../../..')
let copy: string | undefined

afterEach(async () => {
  if (copy !== undefined) await rm(copy, { recursive: true })
})

const contract = `
openapi: 3.1.0
info: { title: Things, version: 1.0.0 }
paths:
  /things:
    post:
      parameters:
        - name: tag
          in: query
          explode: false
          schema: { type: array, items: { type: string }, examples: [[a, b]] }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
      responses:
        '200':
          description: The thing.
          content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
components:
  schemas:
    Thing:
      type: object
      required: [name]
      properties: { name: { type: string }, count: { type: integer, default: 3 } }
      examples: [{ name: Ada }]
`

/** Runs `contract:try` in a copy of this repository with one mistake. */
async function tryWith(file: string, from: string, to: string) {
  copy = await mkdtemp(join(tmpdir(), 'api-try-'))
  const folder = copy
  for (const it of ['scripts', 'src', 'package.json', 'tsconfig.json']) {
    await cp(join(root, it), join(folder, it), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const content = await readFile(join(folder, file), 'utf8')
  expect(content).toContain(from)
  await writeFile(join(folder, file), content.replace(from, to))
  await writeFile(join(folder, 'things.yaml'), contract)
  const args = ['--import', 'tsx', 'scripts/contract-try.ts', 'things.yaml']
  const { INIT_CWD: _, ...env } = process.env
  return promisify(execFile)(process.execPath, args, { cwd: folder, env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  )
}

describe('a contract', () => {
  it.each([
    [
      'a stub that returns a wrong body',
      'scripts/contract/try/stubs.ts',
      "isRaw ? 'any text' : exampleOf(document, media, values)",
      '7',
      'FAILED POST /things: service: answers 500, not 200',
    ],
    [
      'a mock that answers what the document does not say',
      'scripts/mock/examples.ts',
      'return { body: values.compose(schema as object as Schema, seed) }',
      'return { body: 7 }',
      'FAILED POST /things: mock: answers 500, not 200',
    ],
    [
      'a list that is read in another order',
      'src/engine/steps/styles.ts',
      'if (items) return parts.map(',
      'if (items) return parts.reverse().map(',
      'FAILED POST /things: service: query.tag/0 is "b", and "a" was sent',
    ],
    [
      'a default that is not filled in',
      'src/engine/received.ts',
      'object[name] = value',
      'object[name] ??= undefined',
      'FAILED POST /things: service: body/count is missing, and has a default',
    ],
  ])('fails with %s', async (_, file, from, to, line) => {
    const { code, stdout } = await tryWith(file, from, to)
    expect(stdout).toContain(line)
    expect(stdout).toContain(
      'things.yaml: 1 operations; 0 served; 0 left out for 0 constructs; 1 failed',
    )
    expect(code).toBe(1)
  })
})
