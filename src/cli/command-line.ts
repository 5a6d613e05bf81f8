// What the commands of a build share: arguments, messages and exit codes.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { StartError } from '../lib/process.ts'

/** Thrown for wrong arguments. */
export class UsageError extends Error {}

/**
 * Runs a command with the arguments of this process and prints the lines that it returns. Exit codes: 0 if it is
 * done, 1 if it failed, 2 for wrong arguments.
 * @param usage the text that explains the arguments
 */
export async function runCommand(
  usage: string,
  run: (args: string[]) => Promise<readonly string[]>,
): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    console.log(usage)
    return
  }
  try {
    for (const line of await run(args)) console.log(line)
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1
    console.error(process.exitCode === 2 ? `${reasonOf(error)}\n${usage}` : reasonOf(error))
  }
}

/** Returns the message of an error without the SQL that knex puts before it. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  return error instanceof StartError ? error.message : (error.message.split(' - ').at(-1) ?? '')
}

/** Returns the options of `parseArgs`. @throws UsageError */
export function parsed<T extends ParseArgsConfig>(config: T) {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new UsageError(reasonOf(error))
  }
}
