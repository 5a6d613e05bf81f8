// Where figures go beside the terminal: JSON for programs, tables and a chart for the docs.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

export interface Output {
  /** The folder. */
  readonly out: string
}

/** On what it was measured. */
function machine() {
  const all = cpus()
  return { processor: all[0]?.model ?? 'unknown', cores: all.length, node: process.version }
}

/** Writes `<name>.json`, `<name>.md` and, where there is a picture, `<name>.svg`. */
export function writeOutput(
  { out }: Output,
  name: string,
  figures: object,
  text: string,
  picture?: string,
) {
  mkdirSync(out, { recursive: true })
  const write = (ending: string, content: string) =>
    writeFileSync(join(out, `${name}.${ending}`), content)
  write('json', `${JSON.stringify({ machine: machine(), ...figures }, null, 2)}\n`)
  write('md', `${text}\n`)
  if (picture !== undefined) write('svg', picture)
  const endings = picture === undefined ? 'json,md' : 'json,md,svg'
  console.log(`written: ${join(out, name)}.{${endings}}`)
}
