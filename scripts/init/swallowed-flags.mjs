// Notices flags that npm took for its own: `npm run init --name shop` without the `--` in front of them.

/**
 * Returns the flags that npm took instead of the script, as they belong after `--`.
 * @param {readonly string[]} names of the script's flags, without dashes
 */
export function swallowedFlags(names) {
  return names.flatMap((name) => {
    const value = process.env[`npm_config_${name.replaceAll('-', '_')}`]
    if (value === undefined || value === '') return []
    return value === 'true' ? [`--${name}`] : [`--${name}`, value]
  })
}

/**
 * Returns arguments as a user types them in a shell.
 * @param {readonly string[]} args
 */
export function typed(args) {
  return args
    .map((it) => (/^[\w@/:.,=+-]+$/.test(it) ? it : `'${it.replaceAll("'", "'\\''")}'`))
    .join(' ')
}
