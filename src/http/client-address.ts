// Whose request it is, as far as the network tells: what limits by address count.
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import proxyAddress from 'proxy-addr'

/** As much of an IPv6 address as one customer gets; the rest is theirs to change (RFC 6177). */
const networkBits = 64

/**
 * Tells the client's address: an IPv4 address, or the network of an IPv6 one. `X-Forwarded-For` counts
 * only as far as proxies have written it that are trusted: addresses, subnets, or the names
 * `loopback`, `linklocal` and `uniquelocal`.
 * @throws TypeError for a proxy that is none of these.
 */
export function clientAddresses(trustedProxies: readonly string[]) {
  const isTrusted = proxyAddress.compile([...trustedProxies])
  return (req: IncomingMessage): string => {
    // A client that is gone already has no address any more.
    if (req.socket.remoteAddress === undefined) return 'unknown'
    const address =
      trustedProxies.length > 0 ? proxyAddress(req, isTrusted) : req.socket.remoteAddress
    return networkOf(address)
  }
}

function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  // An IPv4 address that comes as ::ffff:a.b.c.d is one all the same.
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${networkBits}`)}/${networkBits}`
}
