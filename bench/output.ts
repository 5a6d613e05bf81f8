// Where figures go beside the terminal: JSON for programs, a chart for the docs.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

export interface Output {
  /** The folder, which is there. */
  readonly out: string
}

/** On what it was measured. */
function machine() {
  const all = cpus()
  return { processor: all[0]?.model ?? 'unknown', cores: all.length, node: process.version }
}

/** Writes `<name>.json` and, where there is a picture, `<name>.svg`. */
export function writeOutput({ out }: Output, name: string, figures: object, picture?: string) {
  const path = join(out, name)
  const json = JSON.stringify({ machine: machine(), ...figures }, rounded, 2)
  writeFileSync(`${path}.json`, `${json}\n`)
  if (picture !== undefined) writeFileSync(`${path}.svg`, picture)
  console.log(`written: ${path}.json${picture === undefined ? '' : ' and .svg'}`)
}

/** Nothing that is measured here is known to more than four digits. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(4))
    : value
}
