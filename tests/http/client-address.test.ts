// The address of a client behind proxies, which write X-Forwarded-For in different forms.
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { clientAddresses } from '../../src/http/client-address.ts'
import { createLogger } from '../../src/lib/log.ts'

function addresses(trusted: readonly string[]) {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line))
  const addressOf = clientAddresses(
    trusted,
    createLogger({ level: 'info', part: 'test' }, { write }),
  )
  const from = (peer: string | undefined, forwarded?: string) => {
    const socket = new Socket()
    Object.defineProperty(socket, 'remoteAddress', { value: peer })
    const req = new IncomingMessage(socket)
    if (forwarded !== undefined) req.headers['x-forwarded-for'] = forwarded
    return addressOf(req)
  }
  return { from, lines }
}

describe('the address of a client', () => {
  const { from, lines } = addresses(['10.0.0.0/8', '2001:db8:ffff::/48'])

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::/64'],
    ['[2001:db8::1]', '2001:db8::/64'],
    ['[2001:db8::1]:4711', '2001:db8::/64'],
    ['198.51.100.1, 203.0.113.7:4711', '203.0.113.7'],
    ['203.0.113.7:4711, 10.1.1.1:80', '203.0.113.7'],
    ['203.0.113.7, [2001:db8:ffff::2]:443,10.1.1.1', '203.0.113.7'],
    ['10.1.1.2, 10.1.1.1', '10.1.1.2'],
    ['203.0.113.7, ,', '203.0.113.7'],
    ['unknown', 'unknown'],
    ['203.0.113.7:http', 'unknown'],
    ['[203.0.113.7', 'unknown'],
    ['', '10.0.0.1'],
  ])('of "%s" from a trusted proxy is %s', (forwarded, address) => {
    expect(from('10.0.0.1', forwarded)).toBe(address)
    expect(from('::ffff:10.0.0.1', forwarded)).toBe(address)
    expect(lines).toEqual([])
  })

  it('is unknown after the client has closed its connection', () => {
    expect(from(undefined, '203.0.113.7')).toBe('unknown')
  })
})

describe('X-Forwarded-For from a peer that is not trusted', () => {
  it.each([
    ['without any trusted proxy', []],
    ['beside a trusted one', ['192.0.2.1']],
  ])('is ignored, with one warning that names the variable: %s', (_, trusted) => {
    const { from, lines } = addresses(trusted)
    expect(from('10.0.0.1')).toBe('10.0.0.1')
    expect(lines).toEqual([])
    for (let time = 0; time < 3; time += 1) {
      expect(from('10.0.0.1', '203.0.113.7')).toBe('10.0.0.1')
    }
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', peer: '10.0.0.1' })])
    expect(lines[0]?.msg).toContain('TRUSTED_PROXIES')
  })
})
