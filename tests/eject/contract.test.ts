// Removing operations leaves the contract valid, with its comments and layout.
import { expect, it } from 'vitest'
import { removeOperations, withoutCodes } from '../../scripts/eject/contract.ts'
import { unusedCodes, withoutSections } from '../../scripts/eject/problems.ts'

const contract = new Map([
  [
    'openapi/openapi.yaml',
    `openapi: 3.1.1
tags:
  - name: Users # people
    description: Accounts.
  # Texts.
  - name: Notes
    description: >-
      What users
      write.

# One file per URL.
paths:
  /users:
    $ref: paths/users.yaml
  # Notes of users.
  /notes:
    $ref: paths/notes.yaml
components:
  headers:
    Location: { $ref: components/headers/Location.yaml }
`,
  ],
  [
    'openapi/paths/users.yaml',
    `# Users.
get:
  operationId: listUsers
  tags: [Users]
  responses: { '200': { $ref: ../components/responses/Users.yaml } }
# Removes everything.
delete:
  operationId: deleteUser
  tags: [Users]
  x-invalidates: [listNotes, listUsers, getNote]
patch:
  operationId: updateUser
  tags: [Users]
  x-invalidates:
    - listUsers
    - listNotes
head:
  operationId: noteUsers
  tags: [Notes]
  responses: { '200': { $ref: ../components/responses/Note.yaml } }
put:
  operationId: replaceUser
`,
  ],
  [
    'openapi/paths/notes.yaml',
    `get:
  operationId: listNotes
  tags: [Notes]
  responses:
    '200': { $ref: ../components/responses/Note.yaml }
    '404': { $ref: ../components/responses/Users.yaml }
`,
  ],
  ['openapi/components/responses/Users.yaml', 'schema: { $ref: ../schemas/Id.yaml }\n'],
  [
    'openapi/components/responses/Note.yaml',
    'discriminator: { mapping: { a: ../schemas/Text.yaml, b: ../schemas/Id.yaml } }\n',
  ],
  ['openapi/components/schemas/Id.yaml', 'type: string\n'],
  ['openapi/components/schemas/Text.yaml', 'type: string\n'],
  ['openapi/components/schemas/NeverUsed.yaml', 'type: string\n'],
  ['openapi/components/headers/Location.yaml', 'schema: { type: string }\n'],
])

it('takes out operations, their names, tags and components, and nothing else', () => {
  const operations = new Set(['listNotes', 'getNote', 'noteUsers'])
  const { texts, components, urls } = removeOperations(contract, operations)
  expect(Object.fromEntries(texts)).toEqual({
    'openapi/openapi.yaml': `openapi: 3.1.1
tags:
  - name: Users # people
    description: Accounts.

# One file per URL.
paths:
  /users:
    $ref: paths/users.yaml
components:
  headers:
    Location: { $ref: components/headers/Location.yaml }
`,
    'openapi/paths/users.yaml': `# Users.
get:
  operationId: listUsers
  tags: [Users]
  responses: { '200': { $ref: ../components/responses/Users.yaml } }
# Removes everything.
delete:
  operationId: deleteUser
  tags: [Users]
  x-invalidates: [listUsers]
patch:
  operationId: updateUser
  tags: [Users]
  x-invalidates:
    - listUsers
put:
  operationId: replaceUser
`,
    'openapi/paths/notes.yaml': undefined,
    'openapi/components/responses/Note.yaml': undefined,
    'openapi/components/schemas/Text.yaml': undefined,
  })
  expect([...components, ...urls]).toEqual(['Note', 'Text', '/notes'])
})

it('leaves an empty list where a write changes no other read', () => {
  const { texts } = removeOperations(contract, new Set(['listNotes', 'getNote', 'listUsers']))
  const users = texts.get('openapi/paths/users.yaml')
  expect(users).toContain('  x-invalidates: []\n')
  expect(users).toContain('  x-invalidates: []\nhead:')
})

it('removes the codes that only the removed parts name, with their sections', () => {
  const codes = 'type: string\nenum:\n  - a_taken\n  - note_full # rare\n  - engine_code\n'
  const gone = unusedCodes(codes, [`apiError('note_full')`, 'a_taken'], ['code: a_taken'])
  expect([...gone]).toEqual(['note_full'])
  expect(withoutCodes(codes, gone)).toBe('type: string\nenum:\n  - a_taken\n  - engine_code\n')
  const page = [
    '# Problems\n\n',
    '## A\n\nStatus 409, code `a_taken`.\n\n',
    '## B\n\nStatus 409, code `note_full`.\n',
  ]
  expect(withoutSections(page.join(''), gone)).toBe(
    '# Problems\n\n## A\n\nStatus 409, code `a_taken`.\n',
  )
})
