// Tries a contract: lint, codegen, types, a service of stubs, the mock, and the contract suite on both. Each phase goes on with what the one before it
// has left, and says of which operations it cannot.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readContract } from '../bundle.ts'
import { type Document, eachOperation } from '../document.ts'
import { callMock, callStubs, nameOf } from './calls.ts'
import { type CompiledIn, compileContract, openFolder, typeErrors } from './compile.ts'
import { supportedPart, withoutOperations } from './leave-out.ts'
import { type Results, resultsOf, stubSource } from './stubs.ts'
import { runSuite } from './suite.ts'

export interface Report {
  readonly operations: number
  /** The operations that are left out because of a refused construct. */
  readonly leftOut: readonly string[]
  /** What the engine does not support: place, message and rule. */
  readonly refused: readonly string[]
  /** What the engine leaves out without refusing the operation. */
  readonly warnings: readonly string[]
  /** What should work and does not: operation, phase and reason. */
  readonly failures: readonly string[]
  /** By phase. */
  readonly seconds: Readonly<Record<string, number>>
}

const calls = [
  ['service', callStubs],
  ['mock', callMock],
  ['suite', runSuite],
] as const

/** Tries a contract, which may be in any folder. @throws Error where it cannot be read. */
export async function tryContract(file: string): Promise<Report> {
  const seconds: Record<string, number> = {}
  const failures: string[] = []
  async function phase<T>(name: string, run: () => Promise<T> | T): Promise<T> {
    const start = performance.now()
    try {
      return await run()
    } finally {
      seconds[name] = (performance.now() - start) / 1000
    }
  }
  const source = await phase('read', () => readContract(file))
  const supported = await phase('lint', () => supportedPart(source, file))
  const { refused, warnings } = supported
  for (const { at, message } of supported.findings) {
    if (at.length === 0) failures.push(`lint: ${message}`)
  }
  const { folder, remove } = await openFolder()
  try {
    const compiled = await phase('codegen', () => compile(folder, supported.document, failures))
    const results = await phase('stubs', () =>
      resultsOf(compiled, (found, reason) => failures.push(`${nameOf(found)}: stub: ${reason}`)),
    )
    await phase('types', () => checkTypes(folder, compiled, results, failures))
    for (const [name, call] of calls) {
      const failed = (error: Error) => failures.push(`the contract: ${name}: ${error.message}`)
      await phase(name, () => call(compiled, results, failures).catch(failed))
    }
  } finally {
    await remove()
  }
  const { all, leftOut } = supported
  return { operations: all.length, leftOut, refused, warnings, failures, seconds }
}

/** Compiles the operations that codegen takes. */
async function compile(
  folder: string,
  document: Document,
  failures: string[],
): Promise<CompiledIn> {
  try {
    return await compileContract(folder, 'contract', document)
  } catch (error) {
    const found = [...eachOperation(document)].map((it) => `${it.method.toUpperCase()} ${it.path}`)
    const failed = new Set<string>()
    for (const [index, name] of found.entries()) {
      const others = new Set(found.filter((it) => it !== name))
      const alone = withoutOperations(document, others)
      await compileContract(folder, `operation${index}`, alone).catch((reason: Error) => {
        failed.add(name)
        failures.push(`${name}: codegen: ${reason.message}`)
      })
    }
    if (failed.size === 0) throw error
    return compileContract(folder, 'rest', withoutOperations(document, failed))
  }
}

async function checkTypes(
  folder: string,
  compiled: CompiledIn,
  results: Results,
  failures: string[],
) {
  const source = stubSource(compiled, results)
  await writeFile(join(compiled.folder, 'stubs.ts'), source)
  const lines = source.split('\n')
  for (const text of (await typeErrors(folder, 'stubs.ts')).values()) {
    for (const message of text.split(/\n(?=\S)/)) {
      const [, line] = /^[^(]*stubs\.ts\((\d+),/.exec(message) ?? []
      const [, id] = /^export const (.*)_\d+: /.exec(lines[Number(line) - 1] ?? '') ?? []
      const found = [...eachOperation(compiled.document)].find(
        (it) => it.operation.operationId === id,
      )
      failures.push(`${found ? nameOf(found) : 'the contract'}: types: ${message.trim()}`)
    }
  }
}
