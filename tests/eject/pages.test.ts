// Removing a feature takes its page out of the lists and tables of other pages.
import { expect, it } from 'vitest'
import { withoutLinesTo } from '../../scripts/eject/pages.ts'

it('removes list items and rows that link to a page which goes, and no prose', () => {
  const page = `# Guides

| question | page |
| --- | --- |
| What are notes? | [notes.md](notes.md#kinds) |
| What are users? | [users.md](users.md) |

- [Notes](notes.md)

A user writes [notes](notes.md).
`
  expect(withoutLinesTo(new Set(['docs/notes.md']), 'docs/README.md', page)).toBe(`# Guides

| question | page |
| --- | --- |
| What are users? | [users.md](users.md) |

A user writes [notes](notes.md).
`)
})
