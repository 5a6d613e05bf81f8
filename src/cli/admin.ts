// `node dist/admin.js <command>`: what an operator does to a running service.
import { runCommand, UsageError } from './command-line.ts'
import { createSuperuser } from './create-superuser.ts'

const usage = `usage: node dist/admin.js <command>
  create-superuser  creates the first superuser from ADMIN_*`

type Command = (args: readonly string[]) => Promise<readonly string[]>

const commands: Readonly<Record<string, Command>> = {
  'create-superuser': createSuperuser,
}

await runCommand(usage, async ([word = '', ...args]) => {
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined
  if (command === undefined)
    throw new UsageError(word === '' ? 'which command?' : `unknown command ${word}`)
  return command(args)
})
