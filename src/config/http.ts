// Who may talk to the HTTP server, and from where: pages of other origins and proxies. Read by `config.ts`.
import proxyAddress from 'proxy-addr'
import type { Reader } from './environment.ts'

/** Returns the proxies whose `X-Forwarded-For` counts. */
export function trustedProxies(read: Reader): string[] {
  const proxies = read.list('TRUSTED_PROXIES', [])
  try {
    proxyAddress.compile(proxies)
  } catch {
    read.fault('TRUSTED_PROXIES', 'addresses, subnets, or loopback', '10.0.0.0/8,loopback')
  }
  return proxies
}

/** Returns the path that a proxy strips from what it forwards, without a slash at its end. */
export function publicPath(read: Reader): string {
  const path = read.text('PUBLIC_PATH_PREFIX', '')
  if (path !== '' && !/^(\/[\w.~-]+)+$/.test(path)) {
    read.fault('PUBLIC_PATH_PREFIX', 'a path without a slash at its end', '/shop')
  }
  return path
}

/**
 * Returns the origins whose pages may read answers: `https://app.example.com`, `https://*.example.com`
 * for every subdomain, `loopback` for this machine, `*` for all. Only the form that browsers send can ever match, so any other form
 * is an error, and the message shows the right one where there is one.
 */
export function allowedOrigins(read: Reader, local: boolean): string[] {
  const all = read.list('CORS_ORIGINS', local ? ['loopback'] : [])
  const isWrong = (it: string) => !keywords.includes(it) && asBrowsersSendIt(it) !== it
  const wrong = all.find(isWrong)
  if (wrong !== undefined) {
    const expected =
      wrong === 'null'
        ? 'no null, which every sandboxed page and local file sends,'
        : `origins as browsers send them, https://*.example.com, loopback or *, not ${JSON.stringify(wrong)},`
    read.fault('CORS_ORIGINS', expected, asBrowsersSendIt(wrong) ?? 'https://app.example.com')
  }
  return all
}

const keywords = ['*', 'loopback']

/** A host as the URL parser leaves it where `*` is given: a label that no real host has. */
const anyLabel = 'any-label'

/** Returns the origin of a URL, with a leading `*.` kept; undefined where there is none. */
function asBrowsersSendIt(text: string): string | undefined {
  const isPattern = /^https?:\/\/\*\../i.test(text)
  const given = isPattern ? text.replace('*', anyLabel) : text
  if (given.includes('*') || !URL.canParse(given)) return undefined
  const { protocol, host, hostname, username, password } = new URL(given)
  if (host === '' || protocol === 'file:' || username !== '' || password !== '') return undefined
  const origin = `${protocol}//${host}`
  if (!isPattern) return origin
  // Every page of a top-level domain, or of "subdomains" of an address, is nobody's intention.
  return hostname.split('.').length < 3 || /\.\d+$/.test(hostname)
    ? undefined
    : origin.replace(anyLabel, '*')
}
