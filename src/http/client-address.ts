// Whose request it is, as far as the network tells: what limits by address count.
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import proxyAddress from 'proxy-addr'
import type { Logger } from '../lib/log.ts'

/** As much of an IPv6 address as one customer gets; the rest is theirs to change (RFC 6177). */
const networkBits = 64

/**
 * Tells the client's address: an IPv4 address, or the network of an IPv6 one. `X-Forwarded-For` counts
 * only as far as proxies have written it that are trusted: addresses, subnets, or the names
 * `loopback`, `linklocal` and `uniquelocal`. Where another peer sends it, a warning is logged once.
 * @throws TypeError for a proxy that is none of these.
 */
export function clientAddresses(trustedProxies: readonly string[], log: Logger) {
  const isTrusted = proxyAddress.compile([...trustedProxies])
  let hasWarned = false
  return (req: IncomingMessage): string => {
    const peer = req.socket.remoteAddress
    // A client that is gone already has no address any more.
    if (peer === undefined) return 'unknown'
    const forwarded = req.headers['x-forwarded-for']
    if (typeof forwarded !== 'string') return networkOf(peer)
    if (!isTrusted(peer, 0)) {
      if (!hasWarned) log.warn({ peer }, untrustedProxy)
      hasWarned = true
      return networkOf(peer)
    }
    return networkOf(lastUntrusted(forwarded, peer, isTrusted))
  }
}

const untrustedProxy =
  'X-Forwarded-For from an address that TRUSTED_PROXIES does not name is ignored: ' +
  'if this is your proxy, all its clients share one rate limit until you add it'

/** Returns the entry that the outermost trusted proxy has written, or the first where all are trusted. */
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
  // An IPv4 address that comes as ::ffff:a.b.c.d is one all the same.
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${networkBits}`)}/${networkBits}`
}
