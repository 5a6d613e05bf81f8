// What still names a removed feature: prose above all, which no program can rewrite.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Removed } from './named.ts'

const text = /\.(md|yaml|yml|ts|tsx|mts|mjs|js|json|example|conf|sh)$/
const excluded = /^(generated\/|migrations\/|CHANGELOG\.md$|(.+\/)?package-lock\.json$|cspell)/

/** Returns the lines that name one of the features or something removed with it, as `file:line: text`. */
export async function mentionsOf(
  root: string,
  files: readonly string[],
  features: readonly string[],
  removed: Removed,
): Promise<string[]> {
  const names = [...removed.operations, ...removed.components]
  const places = [...removed.paths, ...removed.urls].map(escaped)
  const patternOf = (words: readonly string[]) =>
    new RegExp([`\\b(${[...words, ...names].join('|')})\\b`, ...places].join('|'))
  const inCode = patternOf(features.map(wordOf))
  // Prose writes of one of them, too.
  const inProse = patternOf(features.map((it) => wordOf(it).replace(/s$/, 's?')))
  const found: string[] = []
  for (const path of files) {
    if (!text.test(path) || excluded.test(path)) continue
    const lines = (await readFile(join(root, path), 'utf8')).split('\n')
    const pattern = path.endsWith('.md') ? inProse : inCode
    for (const [at, line] of lines.entries()) {
      if (pattern.test(line)) found.push(`${path}:${at + 1}: ${line.trim().slice(0, 120)}`)
    }
  }
  return found
}

/** A feature's name with a capital too, since prose begins sentences with it. */
function wordOf(name: string): string {
  const [first = ''] = name
  return `[${first}${first.toUpperCase()}]${name.slice(1).replaceAll('-', '[- ]')}`
}

const escaped = (it: string) => it.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
