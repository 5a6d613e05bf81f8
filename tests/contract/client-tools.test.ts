// The served document as a client's own tools read it: plain Ajv with the formats of ajv-formats.
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, it } from 'vitest'
import ours from '../../generated/openapi.json' with { type: 'json' }
import { formats } from '../../src/engine/formats.ts'

const names = Object.keys(ours.components.schemas)

/** Ajv that rejects formats and keywords which it does not know. */
function plainAjv() {
  const plain = new Ajv2020({ strict: true, strictTypes: false })
  addFormats.default(plain)
  // OpenAPI's own keywords, and the one by which clients know that an enum will grow.
  plain.addVocabulary(['discriminator', 'x-open-enum', 'components'])
  return plain.addSchema({ $id: 'https://example.com/contract', components: ours.components })
}

const ajv = plainAjv()

const compiled = (name: string) =>
  ajv.compile({ $ref: `https://example.com/contract#/components/schemas/${name}` })

it.each(names)('the schema %s compiles and accepts its own examples', (name) => {
  const validate = compiled(name)
  const { examples = [] } = ours.components.schemas[name as 'User'] as { examples?: unknown[] }
  for (const it of examples) expect(validate(it) ? [] : validate.errors).toEqual([])
})

it('has no empty list of required properties, which OpenAPI 3.0 does not allow', () => {
  expect(JSON.stringify(ours)).not.toContain('"required":[]')
})

it('has schemas that are called by what they are, since generators make types of the names', () => {
  const vague = ['Id', 'Link', 'Name', 'Path', 'Text', 'Time', 'Type', 'Value']
  expect(names.filter((it) => vague.includes(it))).toEqual([])
})

it('has no parameter that a script in a browser cannot set', () => {
  const declared = Object.values(ours.components.parameters)
  expect(declared.filter((it) => it.in === 'cookie')).toEqual([])
  const headers = declared.filter((it) => it.in === 'header').map((it) => it.name.toLowerCase())
  expect(headers.filter((it) => /^(user-agent|cookie|origin|referer|sec-.*)$/.test(it))).toEqual([])
  expect(headers.length).toBeGreaterThan(0)
})

it('refuses what no client should send, and lets properties of later versions pass', () => {
  const update = compiled('UserUpdate')
  expect(update({ name: 'Ada', username: 'ada', email: 'ada@example.com' })).toBe(true)
  expect(update({ profileImageUrl: 'nonsense' })).toBe(false)
  expect(update({ profileImageUrl: 'ftp://example.com' })).toBe(false)
  expect(update({ name: 'Ada', unknown: 1 })).toBe(false)
  const change = compiled('PasswordChange')
  expect(change({ currentPassword: 'a', newPassword: 'Correct-horse-7' })).toBe(true)
  expect(change({ currentPassword: 'a', newPassword: 'a' })).toBe(false)
  const [user] = ours.components.schemas.User.examples
  expect(compiled('User')({ ...user, unknown: 1 })).toBe(true)
})

it.each(Object.entries(formats))('the standard form of %s accepts what it accepts', (_, format) => {
  const validate = ajv.compile({ type: 'string', ...format.standard })
  const samples = [
    'https://example.com/a',
    'HTTP://x',
    'aA3aaaaa',
    'aA日日',
    '*',
    'W/"a", "b"',
    'ñ1a',
  ]
  const all = [...samples, '0193629f-8458-7d0e-b6c4-08f5a2e97b3d', 'ada@example.com']
  const accepted = [...all, '2030-01-31T12:00:00Z'].filter(format.accepts)
  expect(accepted.length).toBeGreaterThan(0)
  for (const it of accepted) expect(validate(it), it).toBe(true)
})
