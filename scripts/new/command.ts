// What `npm run new` makes: each kind reads what a person states, and makes it in a copy of the repository.
import type { ParseArgsConfig } from 'node:util'

export interface Command {
  /** How to call it, and its options, line by line. */
  readonly usage: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /**
   * Reads what follows the kind on the command line. Returns what makes it in a copy of the repository.
   * @throws Error for anything that is wrong by itself.
   */
  read(positionals: readonly string[], values: Values): Make
}

export type Values = Readonly<Record<string, string | boolean | undefined>>

/**
 * Writes sources into a copy of the repository. The caller formats them and runs codegen.
 * @throws Error for a name that is taken.
 */
export type Make = (copy: string) => Promise<Made>

export interface Made {
  /** What is left to do before the tests. */
  readonly before: readonly string[]
  readonly tests: readonly string[]
}

/** Returns the value of an option that takes one. */
export function textOf(values: Values, option: string): string | undefined {
  const value = values[option]
  return typeof value === 'string' ? value : undefined
}
