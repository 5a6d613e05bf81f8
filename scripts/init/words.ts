// The spell checker knows the names of a new service.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Answers } from './answers.mjs'
import { edit } from './edit.ts'

/** Adds the words of the answers that no dictionary has to `cspell.config.yaml`. */
export function knowWords(root: string, answers: Answers): void {
  const { name, title, description, database, issuer, holder } = answers
  const input = [name, title, description, database, issuer, holder].join('\n')
  const args = [
    'lint',
    '--words-only',
    '--unique',
    '--no-progress',
    '--no-summary',
    'stdin://names.md',
  ]
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/cspell'), args, {
    cwd: root,
    input,
    encoding: 'utf8',
  })
  const words = stdout.split('\n').filter((it) => it !== '')
  if (words.length === 0) return
  const lines = words.map((it) => `  - ${it}\n`).join('')
  edit(root, 'cspell.config.yaml', (text) => text.replace('\nwords:\n', `\nwords:\n${lines}`))
}
