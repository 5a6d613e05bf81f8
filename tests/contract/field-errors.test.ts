import { describe, expect, it } from 'vitest'
import { validators } from '../../generated/validators.js'
import { fieldErrorsOf } from '../../src/engine/errors.ts'
import { formats } from '../../src/engine/formats.ts'

describe('field errors', () => {
  it('name the place and what was expected, never what was sent', () => {
    const user = {
      name: 'A',
      username: 'x'.repeat(21),
      email: 5,
      profileImageUrl: 'nowhere',
      admin: true,
    }
    const passwords = { currentPassword: 'x', newPassword: 'hunter2' }
    const errors = [
      [validators.updateUser, user] as const,
      [validators.changePassword, passwords] as const,
    ].flatMap(([{ body }, sent]) => {
      const validate = body['application/json']
      expect(validate(sent)).toBe(false)
      return fieldErrorsOf(validate, '/body')
    })
    const details = Object.fromEntries(errors.map((it) => [it.pointer, it.detail]))
    expect(details).toEqual({
      '/body/admin': 'is not known here',
      '/body/name': 'must have at least 2 characters',
      '/body/username': 'must have at most 20 characters',
      '/body/email': 'must be string',
      '/body/newPassword': `must be ${formats['password-bytes']?.expected}`,
      '/body/profileImageUrl': 'must be a URL that starts with http:// or https://',
    })
    expect(JSON.stringify(errors)).not.toMatch(/hunter2|nowhere/)
  })

  it('are limited in number and length, as the problem document is', () => {
    const body = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`${i}/~${'k'.repeat(900)}`, 1]),
    )
    const validate = validators.updateUser.body['application/json']
    expect(validate(body)).toBe(false)
    const errors = fieldErrorsOf(validate, '/body')
    expect(errors).toHaveLength(100)
    expect(errors[0]?.pointer).toMatch(/^\/body\/\d+~1~0k+$/)
    expect(errors[0]?.pointer).toHaveLength(500)
  })
})

describe('formats', () => {
  const table: Record<string, { good: string[]; bad: string[] }> = {
    'lower-case-uuid': {
      good: ['01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01'],
      bad: [
        '',
        '01935F3E-7C1A-7B3E-9D43-2F1C5A8E6B01',
        '01935f3e7c1a7b3e9d432f1c5a8e6b01',
        '01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01\n',
      ],
    },
    'date-time': {
      good: ['2024-02-29T23:59:59Z', '2024-11-24T17:35:50.810+01:00'],
      bad: [
        '2023-02-29T00:00:00Z',
        '2024-13-01T00:00:00Z',
        '2024-00-01T00:00:00Z',
        '2024-01-00T00:00:00Z',
        '2024-01-01T24:00:00Z',
        '2024-01-01 00:00:00Z',
        '2024-01-01',
      ],
    },
    email: {
      good: ['ada@example.com', 'a.b+c@sub.example.co', `${'a'.repeat(64)}@example.com`],
      bad: [
        '',
        'ada',
        'ada@',
        '@example.com',
        'a b@example.com',
        'ada@example',
        'a..b@example.com',
        'ada@-example.com',
        `${'a'.repeat(65)}@example.com`,
        `ada@${'a'.repeat(64)}.com`,
        'ada@example.com\n',
        'ä@example.com',
      ],
    },
    'http-url': {
      good: [
        'https://example.com/a.png?x=1#y',
        'HTTP://localhost:3000',
        'https://xn--bcher-kva.example',
        'https://bücher.example',
      ],
      bad: [
        'javascript:alert(1)',
        'ftp://example.com',
        'http://',
        'http:///x',
        'https://exa mple.com',
        'http://[',
        ' https://example.com',
        'https://xn--/x',
        'https://a.xn--zn7c.com',
      ],
    },
    'password-bytes': {
      good: ['Aa1aaaaa', 'aa1!aaaa', `Aa1${'x'.repeat(69)}`, 'Ünïcödé1'],
      bad: ['Aa1aaaa', 'aaaaaaaa', 'aaaa1111', `Aa1${'x'.repeat(70)}`, `Aa1${'ß'.repeat(35)}`],
    },
    'entity-tags': {
      good: ['*', '"a"', 'W/"a"', '"a", W/"b,c" ,"d"', '""'],
      bad: ['', 'a', '"a" "b"', '"a",', '*, "a"', 'w/"a"', '"a b"'],
    },
    searchable: { good: ['ada', '.o_1ñ7 ', 'ööö'], bad: ['%%%', 'a-b-c', 'ab 12'] },
  }

  it('accept a URL with a letter beyond ASCII also once their code is compiled', () => {
    const accepts = formats['http-url']?.accepts
    const answers = Array.from({ length: 100_000 }, () => accepts?.('https://bücher.example'))
    expect(answers.filter((it) => it !== true)).toHaveLength(0)
  })

  it.each(Object.keys(formats))('%s accepts what it should and nothing else', (name) => {
    const { good, bad } = table[name] ?? { good: [], bad: [] }
    expect(good.length).toBeGreaterThan(0)
    for (const value of good)
      expect(formats[name]?.accepts(value), JSON.stringify(value)).toBe(true)
    for (const value of bad)
      expect(formats[name]?.accepts(value), JSON.stringify(value)).toBe(false)
  })
})
