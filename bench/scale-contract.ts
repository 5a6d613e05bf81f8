// `npm run bench -- --scale-contract`: what a contract of 250 and of 1,000 operations costs, from the lint to
// the first request.
import { execFile } from 'node:child_process'
import { rm, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { generateFiles } from '../scripts/codegen.ts'
import { prepareContract } from '../scripts/contract/bundle.ts'
import { engineErrors } from '../scripts/contract/lint/rules.ts'
import { syntheticContract } from '../tests/support/synthetic-contract.ts'
import { writeContract } from './compiled-contract.ts'
import { programs, startContestant } from './contestants.ts'
import { memoryOf } from './memory.ts'
import { type Output, writeOutput } from './output.ts'
import { table } from './report.ts'
import type { Bench } from './set-up.ts'

const sizes = [250, 1000]

interface Cost {
  readonly operations: number
  /** In seconds. */
  readonly lint: number
  readonly codegen: number
  readonly types: number
  /** From the start of the process until it listens, in milliseconds. */
  readonly start: number
  /** The first request to an operation, in milliseconds. */
  readonly firstRequest: number
  /** Resident memory after it, in megabytes. */
  readonly memory: number
}

export async function scaleContract(bench: Bench, options: Output) {
  // Loads the tools, so that the first size does not pay for it.
  await generateFiles(await prepareContract(syntheticContract(10)))
  const costs: Cost[] = []
  for (const size of sizes) costs.push(await measure(bench, size))
  const head = ['operations', 'lint', 'codegen', 'types', 'start', 'first request', 'memory']
  const rows = costs.map((it) => [
    String(it.operations),
    ...[it.lint, it.codegen, it.types].map((seconds) => `${seconds.toFixed(1)} s`),
    ...[it.start, it.firstRequest].map((milliseconds) => `${milliseconds.toFixed(0)} ms`),
    `${it.memory.toFixed(0)} MB`,
  ])
  console.log(`\n\n${table(head, rows)}\n`)
  writeOutput(options, 'scale-contract', { costs })
}

async function measure(bench: Bench, operations: number): Promise<Cost> {
  const document = await prepareContract(syntheticContract(operations))
  const [lint, errors] = await seconds(async () => engineErrors(document))
  if (errors.length > 0) throw new Error(`the lint refuses the contract: ${errors[0]}`)
  const [codegen, files] = await seconds(() => generateFiles(document))
  const { folder, module } = await writeContract('scale-contract', files)
  const [types] = await seconds(() => checkTypes(folder))
  const script = join(programs, 'scale-contract/server.js')
  const server = await startContestant('scale-contract', script, {
    ...bench.start,
    scriptArguments: [module],
  })
  try {
    const url = `http://127.0.0.1:${server.port}/api/v1/thing0/00000000-0000-7000-8000-000000000000`
    const [first, answer] = await seconds(() => fetch(url))
    if (answer.status !== 200) throw new Error(`the service answers ${answer.status}`)
    await answer.body?.cancel()
    const start = server.listenedAfter
    const memory = memoryOf(server.pid)
    return { operations, lint, codegen, types, start, firstRequest: first * 1000, memory }
  } finally {
    await server.stop()
  }
}

/** Type-checks a handler for each operation of a contract. @throws Error with what the compiler prints. */
async function checkTypes(folder: string): Promise<void> {
  const root = resolve(folder, '..')
  await rm(join(root, 'src'), { force: true })
  await symlink(resolve('src'), join(root, 'src'))
  const handlers = [
    "import type { components } from './generated/openapi.d.ts'",
    "import type { Operations } from './generated/types.d.ts'",
    "import type { Handler } from './src/engine/types.ts'",
    "export type Schemas = components['schemas']",
    'declare const all: { readonly [Id in keyof Operations]: Handler<Operations[Id]> }',
    'export const handlers: { readonly [Id in keyof Operations]: Handler<Operations[Id]> } = { ...all }',
  ]
  await writeFile(join(root, 'handlers.ts'), `${handlers.join('\n')}\n`)
  const compilerOptions = { incremental: false, noEmit: true, types: [] }
  const config = { extends: resolve('tsconfig.json'), compilerOptions, include: ['handlers.ts'] }
  await writeFile(join(root, 'tsconfig.json'), JSON.stringify(config))
  const tsc = resolve('node_modules/.bin/tsc')
  await promisify(execFile)(tsc, ['--pretty', 'false'], { cwd: root }).catch(
    (error: { stdout: string }) => {
      throw new Error(`the types are wrong:\n${error.stdout.slice(0, 2000)}`)
    },
  )
}

async function seconds<T>(work: () => Promise<T>): Promise<[number, T]> {
  const began = performance.now()
  const result = await work()
  return [(performance.now() - began) / 1000, result]
}
