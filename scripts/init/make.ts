// Turns a copy of the template into a service, in the folder that `init.mjs` has copied it to.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChecks } from '../test/checks.ts'
import { runQuietly } from '../test/commands.ts'
import type { Answers } from './answers.mjs'
import { startHistory } from './history.ts'
import { markPackagesCurrent } from './packages.mjs'
import { shape } from './shape.ts'
import type { Template } from './source.mjs'
import { knowWords } from './words.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const [input = ''] = process.argv.slice(2)
const { template, answers, onlyFiles } = JSON.parse(input) as {
  template: Template
  answers: Answers
  /** For an upgrade, which compares the files of two versions. */
  onlyFiles?: boolean
}

await shape(root, template, answers)
await run(join(root, 'node_modules/.bin/biome'), 'check', '--write', '--log-level=error')
if (!onlyFiles) await finish()

/** Completes the service: what is generated, its words, its history. Its checks have to pass. */
async function finish(): Promise<void> {
  // Nothing but the name in the lock file has changed.
  markPackagesCurrent(root)
  await run(process.execPath, '--import', 'tsx', 'scripts/codegen.ts')
  knowWords(root, answers)
  startHistory(root, template, answers)
  if (!(await runChecks())) process.exitCode = 1
}

/** @throws Error with its output, where a command fails. */
async function run(...command: string[]): Promise<void> {
  const { ok, output } = await runQuietly(command)
  if (!ok) throw new Error(`${command.join(' ')} failed:\n${output}`)
}
