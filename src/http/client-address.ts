// The address of a client, which limits count by.
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'
import proxyAddress from 'proxy-addr'
import type { Logger } from '../lib/log.ts'

/** The part of an IPv6 address that identifies a customer, who may change the rest (RFC 6177). */
const networkBits = 64

/**
 * Returns a function that finds the client's address: an IPv4 address, or the network of an IPv6 one.
 * `X-Forwarded-For` counts only as far as trusted proxies wrote it. If another peer sends it, the
 * function logs one warning.
 * @param trustedProxies addresses, subnets, or the names `loopback`, `linklocal` and `uniquelocal`.
 * @throws TypeError for any other proxy.
 */
export function clientAddresses(trustedProxies: readonly string[], log: Logger) {
  const isTrusted = proxyAddress.compile([...trustedProxies])
  let hasWarned = false
  const known = new LRUCache<string, string>({ max: knownAddresses })
  return (req: IncomingMessage): string => {
    const peer = req.socket.remoteAddress
    // A socket that is already closed has no address.
    if (peer === undefined) return 'unknown'
    const forwarded = req.headers['x-forwarded-for']
    const key = typeof forwarded === 'string' ? `${peer} ${forwarded}` : peer
    if (key.length > longestKey) return find(peer, forwarded)
    const found = known.get(key) ?? find(peer, forwarded)
    known.set(key, found)
    return found
  }

  function find(peer: string, forwarded: string | string[] | undefined): string {
    if (typeof forwarded !== 'string') return networkOf(peer)
    if (!isTrusted(peer, 0)) {
      if (!hasWarned) log.warn({ peer }, untrustedProxy)
      hasWarned = true
      return networkOf(peer)
    }
    return networkOf(lastUntrusted(forwarded, peer, isTrusted))
  }
}

/** To parse an address takes longer than to remember it. Longer headers are parsed each time. */
const knownAddresses = 5000
const longestKey = 120

const untrustedProxy =
  'ignoring X-Forwarded-For from an address that TRUSTED_PROXIES does not list: ' +
  'if it is your proxy, all its clients share one rate limit until you add it'

/** Returns the entry that the outermost trusted proxy wrote, or the first if all are trusted. */
function lastUntrusted(
  forwarded: string,
  peer: string,
  isTrusted: (address: string, distance: number) => boolean,
): string {
  let address = peer
  const entries = forwarded.split(',')
  for (let distance = 1; distance <= entries.length; distance += 1) {
    const entry = withoutPort(entries[entries.length - distance]?.trim() ?? '')
    if (entry === '') continue
    address = entry
    if (!isTrusted(address, distance)) break
  }
  return address
}

/** Some proxies write `203.0.113.7:4711` and `[2001:db8::1]:4711`, or brackets without a port. */
function withoutPort(entry: string): string {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(entry)
  return match?.[1] ?? match?.[2] ?? entry
}

function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  // ::ffff:a.b.c.d is an IPv4 address.
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${networkBits}`)}/${networkBits}`
}
