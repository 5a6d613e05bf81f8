// Removing a feature takes its page out of the lists and tables of other pages.
import { expect, it } from 'vitest'
import { withoutLinesTo } from '../../scripts/eject/pages.ts'

it('removes list items and rows that link to a page or begin with an operation which goes, and no prose', () => {
  const page = `# Guides

| question | page |
| --- | --- |
| What are notes? | [notes.md](notes.md#kinds) |
| What are users? | [users.md](users.md) |
| \`listNotes\` | a list |
| \`getUser\` | not \`listNotes\` |

- [Notes](notes.md)

A user writes [notes](notes.md).
`
  const operations = new Set(['listNotes'])
  expect(
    withoutLinesTo(new Set(['docs/notes.md']), operations, 'docs/README.md', page),
  ).toBe(`# Guides

| question | page |
| --- | --- |
| What are users? | [users.md](users.md) |
| \`getUser\` | not \`listNotes\` |

A user writes [notes](notes.md).
`)
})
