// The environment as text: read in one place, checked variable by variable. What each variable means
// stands in `config.ts`; this file knows only how to say what is wrong with one.
import { existsSync, readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { fileURLToPath } from 'node:url'

export type Environment = Readonly<Record<string, string | undefined>>

/** The folder of `package.json`: above `src/config/`, or above `dist/src/config/` in a build. */
export const projectFolder = new URL(
  import.meta.url.includes('/dist/src/config/') ? '../../../' : '../../',
  import.meta.url,
)

/** The variables of this process, with those of `.env` beneath them where the file exists. */
export function readEnvironment(): Environment {
  const file = fileURLToPath(new URL('.env', projectFolder))
  if (existsSync(file)) process.loadEnvFile(file)
  return process.env
}

/** All that was wrong with the environment, one line a variable, for an operator to mend. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n  ${faults.join('\n  ')}`)
    this.faults = faults
  }
}

/** Reads single variables; an empty one counts as unset, a wrong one is noted and reading goes on. */
export class Reader {
  readonly faults: string[] = []
  readonly env: Environment

  constructor(env: Environment) {
    this.env = env
  }

  raw(name: string): string | undefined {
    return this.env[name] || undefined
  }

  fault(name: string, expected: string, example: string) {
    const value = this.raw(name)
    const got = value === undefined ? 'it is not set' : `got ${shown(name, value)}`
    this.faults.push(`${name}: expected ${expected}, ${got} (for example ${name}=${example})`)
  }

  text<D extends string | undefined>(name: string, fallback: D): string | D {
    return this.raw(name) ?? fallback
  }

  integer<D extends number | undefined>(name: string, fallback: D, min: number, max: number) {
    const value = this.raw(name)
    if (value === undefined) return fallback
    if (/^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max) {
      return Number(value)
    }
    this.fault(name, `a whole number from ${min} to ${max}`, String(fallback ?? min))
    return fallback
  }

  /** Digits with at most four decimals, from 0 to `max`. */
  decimal(name: string, fallback: number, max: number): number {
    const value = this.raw(name)
    if (value === undefined) return fallback
    if (/^\d{1,9}(\.\d{1,4})?$/.test(value) && Number(value) <= max) return Number(value)
    this.fault(name, `a number from 0 to ${max}`, String(fallback))
    return fallback
  }

  /** What stands between commas. */
  list(name: string, fallback: readonly string[]): string[] {
    const items = this.raw(name)
      ?.split(',')
      .map((it) => it.trim())
    return items?.filter((it) => it !== '') ?? [...fallback]
  }

  port<D extends number | undefined>(name: string, fallback: D) {
    return this.integer(name, fallback, 1, 65535)
  }

  /** A host name or an address; an IPv6 address may stand in brackets. */
  host(name: string, fallback: string): string {
    const value = this.raw(name)?.replace(/^\[(.*)\]$/, '$1') ?? fallback
    if (/^[\p{L}\p{N}._-]+$/u.test(value) || (isIPv6(value) && !value.includes('%'))) return value
    this.fault(name, 'a host name or an address, without a scheme or a port', fallback)
    return fallback
  }

  /** The text of a file. */
  file(name: string): string | undefined {
    const path = this.raw(name)
    if (path === undefined) return undefined
    try {
      return readFileSync(path, 'utf8')
    } catch {
      this.fault(name, 'the path of a readable file', '/etc/ssl/ca.pem')
      return undefined
    }
  }

  oneOf<const T extends readonly string[]>(name: string, choices: T, fallback: T[number]) {
    const value = this.raw(name) ?? fallback
    if (choices.includes(value)) return value as T[number]
    this.fault(name, `one of ${choices.join(', ')}`, fallback)
    return fallback
  }
}

/** A secret is named in a fault, never printed. */
function shown(name: string, value: string): string {
  return /SECRET|PASSWORD|URL/.test(name) ? 'another value' : JSON.stringify(value)
}
