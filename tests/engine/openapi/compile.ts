// Lints and compiles rows.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { engineErrors, engineWarnings } from '../../../scripts/contract/lint/rules.ts'
import { normalize } from '../../../scripts/contract/normalize.ts'
import { type Compiled, compileContract } from '../../../scripts/contract/try/compile.ts'
import { documentOf } from './document.ts'
import type { Row } from './row.ts'
import { typeTest } from './types.ts'

/** Returns what the lint says of a row. */
export function lintRow(row: Row): string[] {
  return engineErrors(normalize(documentOf(row)))
}

/** Returns what the lint warns of in a row. */
export function warningsOf(row: Row): string[] {
  return engineWarnings(documentOf(row))
}

/** Generates the files of a row below `name`, and `row.ts` beside them. @throws what codegen throws. */
export async function compileRow(folder: string, name: string, row: Row): Promise<Compiled> {
  const compiled = await compileContract(folder, name, normalize(documentOf(row)))
  await writeFile(join(folder, name, 'row.ts'), typeTest(row, Object.values(compiled.operations)))
  return compiled
}
