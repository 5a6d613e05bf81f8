// What `template.json` says of the features that a service goes without, so that an upgrade does not bring their
// changes.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Returns the new text of `template.json` by its path; nothing in a folder that has none. */
export async function recordWithout(
  root: string,
  names: readonly string[],
): Promise<readonly (readonly [path: string, text: string])[]> {
  const path = join(root, 'template.json')
  if (!existsSync(path)) return []
  const record = JSON.parse(await readFile(path, 'utf8'))
  const without = [...new Set([...record.answers.without, ...names])]
  const changed = { ...record, answers: { ...record.answers, without } }
  return [['template.json', `${JSON.stringify(changed, null, 2)}\n`]]
}
