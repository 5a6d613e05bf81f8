// The page that introduces `openapi/` names what the rules know, and nothing else.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { keysOf } from '../../scripts/contract/extensions.ts'
import { keywords } from '../../scripts/contract/subschemas.ts'
import { formats } from '../../src/engine/formats.ts'

const page = readFileSync(new URL('../../openapi/README.md', import.meta.url), 'utf8')
const section = (heading: string) => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((it) => it[1])

it('the page has every extension', () => {
  expect(matches(page, /^\| `(x-[\w-]+)/gm).sort()).toEqual(keysOf('Operation').sort())
})

it('the page has no keyword and no format that the rules report', () => {
  const named = matches(section('A schema says'), /`(\w+)(?:: [\w']+)?`/g)
  const values = ["'null'", 'anyOf', 'allOf']
  for (const it of named) expect([...keywords, ...values, '$ref']).toContain(it)
  expect(named.length).toBeGreaterThan(15)
  const rows = matches(section('Named formats'), /^\| `([\w-]+)` \|/gm)
  for (const it of rows) expect(Object.keys(formats)).toContain(it)
  expect(rows.length).toBeGreaterThan(5)
})
