// Takes an odd document through what reads a contract. It either comes out at the other end, or is refused
// with places and rules.
import ts from 'typescript'
import { parse } from 'yaml'
import { generateFiles } from '../../../scripts/codegen.ts'
import { prepareContract } from '../../../scripts/contract/bundle.ts'
import type { Document } from '../../../scripts/contract/document.ts'
import { engineErrors } from '../../../scripts/contract/lint/rules.ts'

export type Outcome = 'works' | 'is refused'

/** @throws Error that says what is wrong with how the document is taken. */
export async function outcomeOf(source: object): Promise<Outcome> {
  let document: Document
  try {
    document = await prepareContract(source)
  } catch (error) {
    checkPlaces(linesOf(error))
    return 'is refused'
  }
  const errors = engineErrors(document)
  if (errors.length > 0) {
    checkPlaces(errors)
    return 'is refused'
  }
  const files = await generateFiles(document)
  for (const [name, text] of Object.entries(files)) await checkSource(name, text)
  return 'works'
}

/** Returns the lines below the head of a message. */
function linesOf(error: unknown): string[] {
  const [head = '', ...lines] = `${error instanceof Error ? error.message : error}`.split('\n  ')
  if (lines.length === 0) throw new Error(`refused without a place: ${head}`, { cause: error })
  return lines
}

function checkPlaces(lines: readonly string[]) {
  for (const line of lines) {
    const isPlaced = /^#\/.* .+ \([\w/-]+\)$/s.test(line)
    if (!isPlaced || line.includes('could not be checked')) throw new Error(`refused by: ${line}`)
  }
}

/** @throws Error where a generated file does not parse. */
async function checkSource(name: string, text: string) {
  if (name.endsWith('.json')) return JSON.parse(text)
  if (name.endsWith('.yaml')) return parse(text)
  if (name.endsWith('.js')) return import(`data:text/javascript,${encodeURIComponent(text)}`)
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true })
  const [first] = diagnostics
  if (first) {
    const around = text.slice(Math.max(0, (first.start ?? 0) - 60), (first.start ?? 0) + 60)
    const message = ts.flattenDiagnosticMessageText(first.messageText, '\n')
    throw new Error(`${name} does not parse: ${message} near ${around}`)
  }
}
