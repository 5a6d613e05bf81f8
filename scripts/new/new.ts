// `npm run new -- <kind> …`: writes a resource, an operation, a job or a migration, with all that belongs to
// it. It works in a copy of the repository, so that what cannot be made leaves no trace.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Command, Make } from './command.ts'
import { job } from './job.ts'
import { migration } from './migration.ts'
import { operation } from './operation.ts'
import { resource } from './resource-command.ts'
import { inScratch, type Scratch } from './scratch.ts'
import { commandMeant } from './swallowed.ts'
import { treeOf } from './tree.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const commands: Readonly<Record<string, Command>> = { resource, operation, job, migration }
const dryRun = { 'dry-run': { type: 'boolean' } } as const

const usage = `usage:
${Object.values(commands)
  .map((it) => it.usage)
  .join('\n')}
Each takes --dry-run, which prints what would change and writes nothing.`

async function main(args: readonly string[]) {
  const [kind = '', ...rest] = args
  const command = Object.hasOwn(commands, kind) ? commands[kind] : undefined
  if (command === undefined) throw new Error(kind ? `there is no "new ${kind}"\n${usage}` : usage)
  const options = { ...command.options, ...dryRun }
  const meant = commandMeant(args, options, process.env)
  if (meant) throw new Error(`npm took the flags, because "--" is missing. Write\n  ${meant}`)
  if (rest.length === 0) throw new Error(`usage:\n${command.usage}`)
  const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true })
  const make = command.read(positionals, values)
  await inScratch(root, (scratch) => makeIn(scratch, make, values['dry-run'] === true))
}

async function makeIn(scratch: Scratch, make: Make, isDryRun: boolean) {
  const { before, tests } = await make(scratch.path)
  await complete(scratch)
  const paths = await scratch.changed()
  console.log(treeOf(paths))
  if (isDryRun) return console.log(`\n${await scratch.diff()}\nNothing is written.`)
  await scratch.keep(paths)
  const next = [...before, `npm test -- ${tests.join(' ')}`]
  console.log(`\nWritten. Next:\n${next.map((it) => `  ${it}`).join('\n')}`)
}

/** Formats what is written, and generates what follows from the contract. */
async function complete(scratch: Scratch) {
  const paths = await scratch.changed()
  const sources = paths.filter((it) => it.endsWith('.ts'))
  await scratch.run('node_modules/.bin/biome', 'check', '--write', '--colors=off', ...sources)
  if (!paths.some((it) => it.startsWith('openapi/'))) return
  const script = (path: string) => scratch.run(process.execPath, '--import', 'tsx', path)
  await script('scripts/contract-lint.ts')
  await script('scripts/codegen.ts')
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
