// Reads the URL of PostgreSQL. Its TLS parameters mean what they mean to libpq, or are errors: pg alone
// gives `require` another meaning and warns about it.
import { readFileSync } from 'node:fs'
import type { Reader } from './environment.ts'
import { databaseName } from './names.ts'

export const postgresExample = `postgres://user:password@db.example.com:5432/${databaseName}?sslmode=verify-full`

interface PostgresServer {
  /** Without the parameters of TLS. */
  readonly url: string
  /** Undefined for a connection without TLS. */
  readonly tls: PostgresTls | undefined
}

interface PostgresTls {
  /** What a connection checks of the server: nothing, who issued its certificate, or its host name too. */
  readonly verify: 'nothing' | 'issuer' | 'host'
  /** Authorities in PEM; those of Node if undefined. */
  readonly ca?: string | undefined
  /** The client's certificate and key in PEM. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

interface Source {
  readonly read: Reader
  /** The variable with the URL, for errors. */
  readonly name: string
  /** The text of the file in DATABASE_TLS_CA. */
  readonly ca: string | undefined
}

/** Returns the server of a URL, and notes an error where it is not one of a single PostgreSQL. */
export function postgresServer(text: string, { read, name, ca }: Source): PostgresServer {
  const fail = (expected: string) => read.error(name, expected, postgresExample)
  const plain = { url: text, tls: undefined }
  const authority = /^\w+:\/\/([^/?#]*)/.exec(text)?.[1] ?? ''
  if (authority.split('@').at(-1)?.includes(',')) {
    fail('one host, of the primary or of a proxy that follows it')
    return plain
  }
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    fail('a postgres:// URL')
    return plain
  }
  const url = new URL(text)
  const { searchParams } = url
  if (searchParams.get('host')?.includes(',')) fail('one host in the parameter host')
  const address = /^\[(.*)\]$/.exec(url.hostname)?.[1]
  // pg would look up an IPv6 address with its brackets.
  if (address !== undefined && !searchParams.has('host')) searchParams.set('host', address)
  const given = [...searchParams.keys()].filter((it) => /^(ssl|uselibpqcompat)/.test(it))
  const tls = tlsOf(new Map(searchParams), { ca, fail })
  for (const it of given) searchParams.delete(it)
  const host = searchParams.get('host') ?? url.hostname.replace(/^%2f/i, '/')
  return {
    url: given.length === 0 && address === undefined ? text : url.href,
    // libpq ignores the parameters of TLS for a socket of Unix too.
    tls: host.startsWith('/') ? undefined : tls,
  }
}

const modes = ['disable', 'require', 'verify-ca', 'verify-full']
const parameters = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']

interface Context {
  readonly ca: string | undefined
  readonly fail: (expected: string) => void
}

function tlsOf(given: ReadonlyMap<string, string>, { ca, fail }: Context): PostgresTls | undefined {
  const unknown = [...given.keys()].find((it) => it.startsWith('ssl') && !parameters.includes(it))
  if (unknown !== undefined)
    fail(`${parameters.join(', ')} as the parameters of TLS, no ${unknown}`)
  const bundle = given.get('sslrootcert')
  const file = (parameter: string) => {
    const path = given.get(parameter)
    try {
      return path === undefined ? undefined : readFileSync(path, 'utf8')
    } catch {
      fail(`a readable file in ${parameter}`)
      return undefined
    }
  }
  if (bundle !== undefined && ca !== undefined) fail('no sslrootcert beside DATABASE_TLS_CA')
  const authorities = bundle === undefined || bundle === 'system' ? ca : file('sslrootcert')
  const verify = verification(given, authorities !== undefined, fail)
  if (verify === undefined) return undefined
  const [cert, key] = [file('sslcert'), file('sslkey')]
  if ((cert === undefined) !== (key === undefined)) fail('both sslcert and sslkey')
  return { verify, ca: authorities, cert, key }
}

/** Returns what is checked of the server, as libpq does; undefined without TLS. */
function verification(
  given: ReadonlyMap<string, string>,
  hasAuthorities: boolean,
  fail: Context['fail'],
): PostgresTls['verify'] | undefined {
  // libpq takes ssl=true for sslmode=require too.
  const ssl = { true: 'require', false: 'disable' }[given.get('ssl') ?? ''] ?? given.get('ssl')
  const mode = given.get('sslmode') ?? ssl ?? (hasAuthorities ? 'verify-full' : 'disable')
  if (!modes.includes(mode)) {
    const reason = /^(allow|prefer)$/.test(mode) ? ', which may connect without TLS' : ''
    fail(`sslmode=${modes.join(' or sslmode=')}, not ${JSON.stringify(mode)}${reason}`)
  }
  if (mode === 'disable' && hasAuthorities) fail('no file of authorities beside sslmode=disable')
  if (mode === 'verify-ca' && !hasAuthorities) {
    fail('DATABASE_TLS_CA beside sslmode=verify-ca, which any public certificate would pass')
  }
  if (mode === 'verify-full') return 'host'
  if (mode === 'verify-ca') return 'issuer'
  // With authorities, require means verify-ca.
  if (mode === 'require') return hasAuthorities ? 'issuer' : 'nothing'
  return undefined
}
