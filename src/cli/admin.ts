// `node dist/admin.js <command>`: what an operator does to a running service.
import { runCommand, UsageError } from './command-line.ts'

const usage = `usage: node dist/admin.js <command>
  create-superuser  creates the first superuser from ADMIN_*
  config:check      checks all variables and connects to nothing
  cache:clear [operationId]
                    drops the cached responses of one operation, or all
  jobs list [--state=waiting|running|failed] [--job=<name>] [--limit=100]
                    lists the jobs in a state, failed ones by default
  jobs retry <id>… | --all [--job=<name>]
                    puts failed jobs back, with all of their attempts
  jobs discard <id>… | --all [--job=<name>]
                    deletes failed jobs
  sessions revoke <username> | --all
                    ends the sessions of a user, or of all users`

type Command = (args: readonly string[]) => Promise<readonly string[]>

/** Each loads what it needs alone. */
const commands: Readonly<Record<string, Command>> = {
  'create-superuser': async () => (await import('./admin/superuser.ts')).createSuperuser(),
  'config:check': async (args) => (await import('./admin/config.ts')).checkConfig(args),
  'cache:clear': async (args) => (await import('./admin/cache.ts')).clearCache(args),
  jobs: async (args) => (await import('./admin/jobs.ts')).jobs(args),
  sessions: async (args) => (await import('./admin/sessions.ts')).sessions(args),
}

await runCommand(usage, async ([word = '', ...args]) => {
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined
  if (command !== undefined) return command(args)
  throw new UsageError(word === '' ? 'which command?' : `unknown command ${word}`)
})
