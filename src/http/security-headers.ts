// The security headers of every response, by helmet, for an API: no response is a page, so browsers must
// not load, frame or sniff anything. The docs page sets its own policy.
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet, { type HelmetOptions } from 'helmet'

interface Options {
  /** How many seconds browsers insist on https (RFC 6797); 0 leaves the header out. */
  readonly hstsSeconds: number
}

/**
 * Returns the options of helmet.
 * @public for the bench
 */
export function helmetOptions({ hstsSeconds }: Options) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: hstsSeconds > 0 && { maxAge: hstsSeconds, includeSubDomains: false },
    // These concern pages, or browsers that are no longer in use.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  } satisfies HelmetOptions
}

/**
 * Returns the headers. They are the same on every response, so helmet runs once, over a request that it
 * is only given for this purpose.
 */
export function securityHeaders(options: Options): Record<string, string> {
  const run = helmet(helmetOptions(options))
  const req = new IncomingMessage(new Socket())
  const res = new ServerResponse(req)
  run(req, res, () => {})
  const entries = Object.entries(res.getHeaders())
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}
