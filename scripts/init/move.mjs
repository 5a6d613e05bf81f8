// Moves a finished service to where it belongs, by renames.
import * as fs from 'node:fs'
import { join } from 'node:path'

/**
 * @param {string} scratch beside the target, or inside it where the target is an empty folder
 * @param {string} target
 */
export function moveInto(scratch, target) {
  if (!fs.existsSync(target)) return fs.renameSync(scratch, target)
  for (const name of fs.readdirSync(scratch)) fs.renameSync(join(scratch, name), join(target, name))
  fs.rmdirSync(scratch)
}

/**
 * Replaces the files and the history of the clone. What git ignores stays: packages, .env, data.
 * @param {string} scratch inside the clone
 * @param {import('./source.mjs').Clone} template
 * @throws Error after it has moved everything back, where a rename fails
 */
export function replaceInPlace(scratch, { root, files }) {
  const old = join(scratch, '.replaced')
  fs.mkdirSync(old)
  fs.rmSync(join(scratch, 'node_modules')) // The link to the packages of the clone.
  const tracked = new Set(files.map((it) => it.split('/')[0] ?? ''))
  const made = fs.readdirSync(scratch).filter((it) => it !== '.replaced' && it !== '.data')
  const moves = [
    ...[...tracked, '.git'].map((it) => [join(root, it), join(old, it)]),
    ...made.map((it) => [join(scratch, it), join(root, it)]),
  ]
  /** @type {string[][]} */
  const done = []
  try {
    for (const [from = '', to = ''] of moves) {
      fs.renameSync(from, to)
      done.push([from, to])
    }
  } catch (error) {
    for (const [from = '', to = ''] of done.reverse()) fs.renameSync(to, from)
    throw error
  }
  fs.rmSync(scratch, { recursive: true })
}
