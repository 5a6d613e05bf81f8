// Removing a feature takes its page out of the lists and tables of other pages.
import { expect, it } from 'vitest'
import { withoutLinesTo } from '../../scripts/eject/pages.ts'

it('removes list items and rows about a page, an operation or a folder which goes, and no prose', () => {
  const page = `# Guides

\`\`\`
notes/     what notes are
users/     notes/
src/ notes/ docs/
\`\`\`

| question | page |
| --- | --- |
| What are notes? | [notes.md](notes.md#kinds) |
| What are users? | [users.md](users.md) |
| \`listNotes\` | a list |
| \`words\` in \`notes/\` | a folder |
| \`getUser\` | not \`listNotes\` |

- [Notes](notes.md)
- \`npm run notes\` writes
  two notes.
- \`notes/\` is a folder.
- \`npm run users\` writes
  users, no \`notes/\`.

A user writes [notes](notes.md).
`
  const operations = new Set(['listNotes'])
  expect(
    withoutLinesTo(new Set(['docs/notes.md', 'notes']), operations, 'docs/README.md', page),
  ).toBe(`# Guides

\`\`\`
users/     notes/
src/ docs/
\`\`\`

| question | page |
| --- | --- |
| What are users? | [users.md](users.md) |
| \`getUser\` | not \`listNotes\` |

- \`npm run users\` writes
  users, no \`notes/\`.

A user writes [notes](notes.md).
`)
})
