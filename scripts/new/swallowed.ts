// Without `--`, npm reads the flags of a script as its own and passes on the rest alone.
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Returns the command that was meant, where npm took flags; undefined if it took none.
 * @param args what npm passed on, the kind first
 * @param options the flags of that kind, and whether each takes a value
 * @param command what npm runs
 */
export function commandMeant(
  args: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>,
  env: Environment,
  command = 'npm run new',
): string | undefined {
  if (args.some((it) => it.startsWith('-'))) return undefined
  const taken = Object.entries(options).flatMap(([name, { type }]) => {
    const value = valueTaken(name, env)
    return value === undefined ? [] : [{ name, type, value }]
  })
  if (taken.length === 0) return undefined
  // npm leaves the value of a flag that it does not know among the words.
  const without = taken.filter(({ type, value }) => type === 'string' && value === 'true')
  const words = [...args]
  const last = without.length === 1 && words.length > 1 ? words.pop() : undefined
  const flags = taken.map(({ name, type, value }) => {
    if (type === 'string') return `--${name}=${quoted(value === 'true' ? (last ?? '…') : value)}`
    return value === 'true' ? `--${name}` : `--${name} ${quoted(value)}`
  })
  return [`${command} --`, ...words.map(quoted), ...flags].join(' ')
}

/** Returns the value that npm has of a flag. */
function valueTaken(name: string, env: Environment): string | undefined {
  const value = env[`npm_config_${name.replaceAll('-', '_')}`]
  // npm has a cache of its own, and makes a path of what it is given.
  if (name === 'cache') return /[\\/](\d+)$/.exec(value ?? '')?.[1]
  // npm completes --of.
  if (name === 'of') return value ?? (env.npm_config_offline === 'true' ? 'true' : undefined)
  return value
}

const quoted = (word: string) => (/^[\w./:=,-]+$/.test(word) ? word : `"${word}"`)
