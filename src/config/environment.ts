// Reads and checks single environment variables. `config.ts` says what each one means.
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { fileURLToPath } from 'node:url'
import { StartError } from '../lib/process.ts'
import { isBuild, root } from '../lib/root.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Returns the variables of this process, and those that it lacks of `.env`: beside `src/`, or beside `dist/`. */
export function readEnvironment(): Environment {
  const file = fileURLToPath(new URL(isBuild ? '../.env' : '.env', root))
  if (existsSync(file)) process.loadEnvFile(file)
  return process.env
}

/** All errors of an environment, one line per variable, for an operator to fix. */
export class ConfigError extends StartError {
  override name = 'ConfigError'
  readonly errors: readonly string[]

  constructor(errors: readonly string[]) {
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`
    super(`The configuration has ${count}:\n  ${errors.join('\n  ')}`)
    this.errors = errors
  }
}

/** What is wrong with a variable. */
interface VariableError {
  readonly variable: string
  readonly message: string
  /** A valid value. */
  readonly example: string
}

const lineOf = ({ variable, message, example }: VariableError) =>
  `${variable}: ${message} (for example ${variable}=${example})`

/** Reads variables. An empty one counts as unset; an invalid one is noted, and reading continues. */
export class Reader {
  readonly #env: Environment
  readonly #secrets = new Map<string, string | undefined>()
  readonly errors: VariableError[] = []

  constructor(env: Environment) {
    this.#env = env
  }

  /** @throws ConfigError if any variable was invalid, or any of those with these names. */
  check(names = /^/): void {
    const errors = this.errors.filter((it) => names.test(it.variable))
    if (errors.length > 0) throw new ConfigError(errors.map(lineOf))
  }

  /** Notes that a variable is invalid, unless the error of its file has been noted. */
  error(name: string, expected: string, example: string): void {
    const value = this.raw(name)
    const file = fileOf(name)
    if (this.errors.some((it) => it.variable === file)) return
    const got = value === undefined ? 'it is not set' : `got ${this.#shown(name, value)}`
    this.errors.push({ variable: name, message: `expected ${expected}, ${got}`, example })
  }

  /** Returns a value as a message may show it: never a secret. */
  #shown(name: string, value: string): string {
    if (!isSecret(name)) return JSON.stringify(value)
    const path = this.#env[fileOf(name)]
    return path ? `another value in ${path}` : 'another value'
  }

  /** Returns the value of a variable. That of a secret may be in the file that `NAME_FILE` names. */
  raw(name: string): string | undefined {
    const value = this.#env[name] || undefined
    const path = isSecret(name) ? this.#env[fileOf(name)] : undefined
    if (!path) return value
    if (!this.#secrets.has(name)) this.#secrets.set(name, this.#readSecret(name, path, value))
    return this.#secrets.get(name)
  }

  #readSecret(name: string, path: string, value: string | undefined): string | undefined {
    const variable = fileOf(name)
    const example = `/run/secrets/${name.toLowerCase()}`
    const note = (message: string) => void this.errors.push({ variable, message, example })
    // By mistake, the value may be the secret itself.
    if (!/^\.{0,2}\//.test(path)) return note('expected a path that starts with / or ./')
    if (value !== undefined) return note(`${path} is set beside ${name}: remove one of the two`)
    try {
      const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
      return text === '' ? note(`${path} is empty`) : text
    } catch (error) {
      return note(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
    }
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
    this.error(name, `a whole number from ${min} to ${max}`, String(fallback ?? min))
    return fallback
  }

  /** Reads a number from 0 to `max` with at most four decimals. */
  decimal(name: string, fallback: number, max: number): number {
    const value = this.raw(name)
    if (value === undefined) return fallback
    if (/^\d{1,9}(\.\d{1,4})?$/.test(value) && Number(value) <= max) return Number(value)
    this.error(name, `a number from 0 to ${max}`, String(fallback))
    return fallback
  }

  /** Reads a list that is separated by commas. */
  list(name: string, fallback: readonly string[]): string[] {
    const items = this.raw(name)
      ?.split(',')
      .map((it) => it.trim())
    return items?.filter((it) => it !== '') ?? [...fallback]
  }

  port<D extends number | undefined>(name: string, fallback: D) {
    return this.integer(name, fallback, 1, 65535)
  }

  /** Reads a host name or an address; an IPv6 address may have brackets. */
  host(name: string, fallback: string): string {
    const value = this.raw(name)?.replace(/^\[(.*)\]$/, '$1') ?? fallback
    if (/^[\p{L}\p{N}._-]+$/u.test(value) || (isIPv6(value) && !value.includes('%'))) return value
    this.error(name, 'a host name or an address, without a scheme or a port', fallback)
    return fallback
  }

  /** Reads the certificates in PEM that are in the file that the variable names. */
  certificates(name: string): string | undefined {
    const path = this.raw(name)
    if (path === undefined) return undefined
    try {
      const text = readFileSync(path, 'utf8')
      // Throws where the file is something else, which would leave every server untrusted.
      return new X509Certificate(text) && text
    } catch {
      this.error(name, 'the path of a readable file with certificates in PEM', '/etc/ssl/ca.pem')
      return undefined
    }
  }

  oneOf<const T extends readonly string[]>(name: string, choices: T, fallback: T[number]) {
    const value = this.raw(name) ?? fallback
    if (choices.includes(value)) return value as T[number]
    this.error(name, `one of ${choices.join(', ')}`, fallback)
    return fallback
  }
}

const isSecret = (name: string) => /SECRET|PASSWORD|URL|HEADERS/.test(name)
const fileOf = (name: string) => `${name}_FILE`
