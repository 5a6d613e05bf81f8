// Edits of files below one folder.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cuts, keys, paths } from './left-out.ts'

/**
 * Changes a file. @throws Error that names the file if the change leaves it as it is.
 */
export function edit(root: string, file: string, change: (text: string) => string): void {
  const path = join(root, file)
  const text = readFileSync(path, 'utf8')
  const changed = change(text)
  if (changed === text) throw new Error(`${file}: the text to change is not there`)
  writeFileSync(path, changed)
}

/** Replaces what a file has once. @throws Error if it is not there, or twice. */
export function replaceOnce(root: string, file: string, from: string | RegExp, to: string): void {
  edit(root, file, (text) => {
    const found = typeof from === 'string' ? text.split(from).length - 1 : matches(text, from)
    if (found !== 1) throw new Error(`${file} has this ${found} times instead of once: ${from}`)
    return text.replace(typeof from === 'string' ? from : new RegExp(from, 'm'), () => to)
  })
}

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(new RegExp(pattern, 'gm'))].length

/** Removes what is the template's own. */
export function leaveOut(root: string): void {
  for (const path of paths) rmSync(join(root, path), { recursive: true })
  for (const [file, from, to = ''] of cuts) replaceOnce(root, file, from, to)
  for (const [file, ...path] of keys) edit(root, file, (text) => withoutKey(text, path))
}

/** A part of a JSON document. */
type Json = { [key: string]: Json }

function withoutKey(text: string, path: readonly string[]): string {
  const document = JSON.parse(text) as Json
  const holder = path.slice(0, -1).reduce<Json>((it, key) => it[key] ?? {}, document)
  delete holder[path.at(-1) ?? '']
  return `${JSON.stringify(document, null, 2)}\n`
}
