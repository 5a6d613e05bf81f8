// The server of PostgreSQL, as every connection of the service names it to pg.
import type { ConnectionOptions } from 'node:tls'

export interface ServerConfig {
  /** Without parameters of TLS, to which pg gives a meaning of its own. */
  readonly url: string
  /** Undefined for a connection without TLS. */
  readonly tls?: TlsConfig | undefined
}

/** Data alone, so that it can be sent to a thread. */
interface TlsConfig {
  /** What is checked of the server: nothing, who issued its certificate, or its host name too. */
  readonly verify: 'nothing' | 'issuer' | 'host'
  /** Authorities in PEM; those of Node if undefined. */
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** Returns the options with which pg connects. */
export function serverOptions({ url, tls }: ServerConfig) {
  return { connectionString: url, ssl: tls === undefined ? false : tlsOptions(tls) }
}

function tlsOptions({ verify, ca, cert, key }: TlsConfig): ConnectionOptions {
  return {
    rejectUnauthorized: verify !== 'nothing',
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
    ...(verify === 'issuer' && { checkServerIdentity: () => undefined }),
  }
}
