// Checks the form of `.env`. Node ignores what it cannot read in it, and a misspelled variable has no effect,
// so both are easy to miss. Messages name lines and variables, never values. Plain JavaScript without
// dependencies.
import { existsSync, readFileSync } from 'node:fs'

/** @typedef {import('./doctor.mjs').Finding} Finding */

const check = '.env'
/** A variable with its value, which may have several lines in quotes; or a comment; or an empty line. */
const entry =
  /^[ \t]*(?:#.*|(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`|[^\n"'`][^\n]*)?[ \t]*(?:#.*)?)?\r?(?:\n|$)/

/** @returns {Finding[]} */
export function checkEnvFile() {
  if (!existsSync('.env'))
    return [{ check, state: 'ok', found: 'none; every variable has its default or is set outside' }]
  let text
  try {
    text = readFileSync('.env', 'utf8')
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    return [
      {
        check,
        state: 'wrong',
        found: `cannot be read (${code})`,
        fix: 'make .env a readable file',
      },
    ]
  }
  const { names, ignored } = read(text)
  const findings = ignored.map((line) =>
    warning(`line ${line} is not NAME=value`, `correct line ${line} of .env`),
  )
  const twice = [...new Set(names.filter((it, index) => names.indexOf(it) !== index))]
  for (const name of twice)
    findings.push(warning(`${name} is set twice; the last one counts`, `remove one ${name}`))
  for (const name of new Set(names.filter(isUnknown))) {
    findings.push(
      warning(`${name} is not a variable of the service`, 'compare it with .env.example'),
    )
  }
  return findings.length > 0
    ? findings
    : [{ check, state: 'ok', found: `${names.length} variables` }]
}

/**
 * @param {string} found
 * @param {string} fix
 * @returns {Finding}
 */
const warning = (found, fix) => ({ check, state: 'warning', found, fix })

/**
 * Returns the variables, and the numbers of the lines that are none.
 * @param {string} text
 */
function read(text) {
  /** @type {string[]} */
  const names = []
  /** @type {number[]} */
  const ignored = []
  for (let rest = text, line = 1; rest !== ''; ) {
    const [match, name] = entry.exec(rest) ?? []
    const taken = match || rest.slice(0, rest.indexOf('\n') + 1) || rest
    if (match === undefined) ignored.push(line)
    if (name !== undefined) names.push(name)
    line += taken.split('\n').length - 1
    rest = rest.slice(taken.length)
  }
  return { names, ignored }
}

const example = existsSync('.env.example') ? readFileSync('.env.example', 'utf8') : undefined
const known = new Set(
  example?.match(/^(?:# )?[A-Z][A-Z\d_]*(?==)/gm)?.map((it) => it.replace('# ', '')),
)

/** @param {string} name */
const isUnknown = (name) => example !== undefined && !known.has(name)
