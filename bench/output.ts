// Writes the figures to files: JSON for programs, a chart for the docs.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

export interface Output {
  /** An existing folder. */
  readonly out: string
}

/** Describes the machine. */
function machine() {
  const all = cpus()
  return { processor: all[0]?.model ?? 'unknown', cores: all.length, node: process.version }
}

/** Writes `<name>.json` and, if there is a picture, `<name>.svg`. */
export function writeOutput({ out }: Output, name: string, figures: object, picture?: string) {
  const path = join(out, name)
  const json = JSON.stringify({ machine: machine(), ...figures }, rounded, 2)
  writeFileSync(`${path}.json`, `${json}\n`)
  if (picture !== undefined) writeFileSync(`${path}.svg`, picture)
  console.log(`written: ${path}.json${picture === undefined ? '' : ' and .svg'}`)
}

/** Rounds to four digits; no measurement is more precise. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(4))
    : value
}
