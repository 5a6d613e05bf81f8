// The settings of the HTTP server about proxies and pages of other origins.
import proxyAddress from 'proxy-addr'
import type { Reader } from './environment.ts'

/** Returns the proxies whose `X-Forwarded-For` counts. */
export function trustedProxies(read: Reader): string[] {
  const proxies = read.list('TRUSTED_PROXIES', [])
  try {
    proxyAddress.compile(proxies)
  } catch {
    read.error('TRUSTED_PROXIES', 'addresses, subnets, or loopback', '10.0.0.0/8,loopback')
  }
  return proxies
}

/** Returns the path that a proxy strips before it forwards, without a trailing slash. */
export function publicPath(read: Reader): string {
  const path = read.text('PUBLIC_PATH_PREFIX', '')
  if (path !== '' && !/^(\/[\w.~-]+)+$/.test(path)) {
    read.error('PUBLIC_PATH_PREFIX', 'a path without a trailing slash', '/shop')
  }
  return path
}

/**
 * Returns the origins whose pages may read responses: `https://app.example.com`, `https://*.example.com`
 * for every subdomain, `loopback` for this machine, `*` for all. Only the form that browsers send can
 * match, so any other form is an error, and its message shows the right one.
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
    read.error('CORS_ORIGINS', expected, asBrowsersSendIt(wrong) ?? 'https://app.example.com')
  }
  return all
}

const keywords = ['*', 'loopback']

/** Stands for `*` while a URL is parsed: a label that no real host has. */
const anyLabel = 'any-label'

/** Returns the origin of a URL, with its leading `*.`; undefined if it has no origin. */
function asBrowsersSendIt(text: string): string | undefined {
  const isPattern = /^https?:\/\/\*\../i.test(text)
  const given = isPattern ? text.replace('*', anyLabel) : text
  if (given.includes('*') || !URL.canParse(given)) return undefined
  const { protocol, host, hostname, username, password } = new URL(given)
  if (host === '' || protocol === 'file:' || username !== '' || password !== '') return undefined
  const origin = `${protocol}//${host}`
  if (!isPattern) return origin
  // A whole top-level domain, or "subdomains" of an address, can only be a mistake.
  return hostname.split('.').length < 3 || /\.\d+$/.test(hostname)
    ? undefined
    : origin.replace(anyLabel, '*')
}
