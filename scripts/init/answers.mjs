// What `npm run init` has to know: from flags, from questions in a terminal, from defaults.
import { execFileSync } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { swallowedFlags, typed } from './swallowed-flags.mjs'

/**
 * @typedef {object} Answers
 * @property {string} name of the package, such as `my-api` or `@acme/my-api`
 * @property {string} title of the contract
 * @property {string} description one line
 * @property {string} database name in PostgreSQL, and the prefix of keys in Redis
 * @property {string} issuer of tokens, and their audience
 * @property {string} holder of the copyright
 * @property {string[]} without examples to remove
 */
/** @typedef {Exclude<keyof Answers, 'without'>} TextAnswer */

/** Thrown for what the user has to change; nothing is written then. */
export class UsageError extends Error {}

/** The example features that a service may begin without. */
const examples = ['posts', 'tasks', 'registration']

/** The name of the template. */
export const templateName = 'contract-first-api'

const line = /^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u
const oneLine = 'one line of at most 200 characters'

/** @type {Record<TextAnswer, { question: string, rule: RegExp, ruleText: string }>} */
const texts = {
  name: {
    question: 'Name of the package',
    rule: /^(?=.{1,200}$)(@[a-z\d][a-z\d._-]*\/)?[a-z\d][a-z\d._-]*$/,
    ruleText: 'a name for npm, such as my-api or @acme/my-api: lower case, digits, hyphens',
  },
  title: { question: 'Title of the API', rule: line, ruleText: oneLine },
  description: { question: 'Description', rule: line, ruleText: oneLine },
  database: {
    question: 'Name of the database',
    rule: /^(?!postgres$|template[01]$)[a-z_][a-z\d_]{0,62}$/,
    ruleText: 'a name for PostgreSQL, such as my_api: lower case, digits, underscores, at most 63',
  },
  issuer: {
    question: 'Issuer of the tokens',
    rule: /^[\w.:/@-]{1,200}$/,
    ruleText: 'a name or a URL, such as my-api or https://api.example.com, without spaces',
  },
  holder: { question: 'Holder of the copyright', rule: line, ruleText: oneLine },
}
const names = /** @type {TextAnswer[]} */ (Object.keys(texts))

export const usage = `npm run init -- [flags], or from outside: node scripts/init.mjs --to ../my-api [flags]

  --to <folder>         make the service there; without it, this clone becomes the service
  --name <name>         of the package: my-api
  --title <text>        of the contract: "My API"
  --description <text>  one line
  --database <name>     my_api
  --issuer <text>       of the tokens: my-api
  --holder <text>       of the copyright
  --without <list>      examples to remove: ${examples.join(',')}

Without --name it asks for all of them.`

const options = /** @type {const} */ ({
  to: { type: 'string' },
  name: { type: 'string' },
  title: { type: 'string' },
  description: { type: 'string' },
  database: { type: 'string' },
  issuer: { type: 'string' },
  holder: { type: 'string' },
  without: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
})

/**
 * Reads the flags.
 * @param {string[]} args
 * @throws UsageError for an unknown flag, an invalid value, or no name where no terminal can ask
 */
export function readFlags(args) {
  const swallowed = swallowedFlags(Object.keys(options))
  if (swallowed.length > 0) {
    const flags = typed([...swallowed, ...args])
    throw new UsageError(
      `npm took the flags for its own; they go after --:\n  npm run init -- ${flags}`,
    )
  }
  const { to, without, help = false, ...given } = parse(args)
  if (given.name === undefined && !help && !process.stdin.isTTY) {
    throw new UsageError(`--name is missing\n\n${usage}`)
  }
  for (const name of names) {
    const value = given[name]
    if (value !== undefined) check(name, value)
  }
  return { to, help, given, without: without === undefined ? undefined : listed(without) }
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`)
  }
}

/**
 * @param {TextAnswer} name
 * @param {string} value
 * @throws UsageError
 */
function check(name, value) {
  const { rule, ruleText } = texts[name]
  if (!rule.test(value)) throw new UsageError(`--${name} ${typed([value])}: wanted is ${ruleText}`)
  if (name === 'name' && value.split('/').at(-1) === templateName) {
    throw new UsageError(
      `--name ${value}: this is the name of the template, choose one of your own`,
    )
  }
}

/**
 * Returns the examples of a list such as `posts,tasks`; `none` and nothing are the empty list.
 * @param {string} text
 * @throws UsageError
 */
function listed(text) {
  const named = text.split(/[\s,]+/).filter((it) => it !== '' && it !== 'none')
  const unknown = named.find((it) => !examples.includes(it))
  if (unknown === undefined) return examples.filter((it) => named.includes(it))
  throw new UsageError(`--without ${unknown}: the examples are ${examples.join(', ')}`)
}

/**
 * Returns an answer to what nothing was said about.
 * @param {TextAnswer} name
 * @param {Partial<Answers>} known
 */
function suggestion(name, known) {
  const plain = (known.name ?? '').replace(/^@.*\//, '')
  const words = plain.split(/[._-]+/).filter((it) => it !== '')
  const title = words.map((it) => it.charAt(0).toUpperCase() + it.slice(1)).join(' ')
  const database = words
    .join('_')
    .replace(/^(?=\d)/, '_')
    .slice(0, 63)
  const all = {
    name: '',
    title,
    description: `The API of ${known.title ?? title}.`,
    database: texts.database.rule.test(database) ? database : `${database}_api`.slice(-63),
    issuer: plain,
    holder: gitUser() ?? `the authors of ${plain}`,
  }
  return all[name]
}

/** Returns the name that git writes into commits. */
function gitUser() {
  try {
    return execFileSync('git', ['config', 'user.name'], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined // git has no name yet.
  }
}

/**
 * Completes what the flags give: with a name, from defaults; without one, by questions in a terminal.
 * @param {ReturnType<typeof readFlags>} flags
 * @returns {Promise<Answers>}
 */
export async function complete({ given, without }) {
  /** @type {Answers} */
  const answers = {
    name: '',
    title: '',
    description: '',
    database: '',
    issuer: '',
    holder: '',
    without: without ?? [],
  }
  const known = /** @type {Partial<Answers>} */ ({ ...given })
  const terminal =
    given.name === undefined ? createInterface(process.stdin, process.stdout) : undefined
  // Ctrl-C and Ctrl-D close it.
  terminal?.once('close', abandon)
  try {
    for (const name of names) {
      known[name] ??= terminal
        ? await ask(terminal, name, suggestion(name, known))
        : suggestion(name, known)
      answers[name] = known[name]
    }
    if (terminal && without === undefined) answers.without = await askExamples(terminal)
  } finally {
    terminal?.off('close', abandon).close()
  }
  return answers
}

function abandon() {
  console.log('\nNothing was written.')
  process.exit(130)
}

/** @typedef {import('node:readline/promises').Interface} Terminal */

/**
 * @param {Terminal} terminal
 * @param {TextAnswer} name
 * @param {string} suggested
 */
async function ask(terminal, name, suggested) {
  for (;;) {
    const shown = suggested ? ` [${suggested}]` : ''
    const answer =
      (await terminal.question(`${texts[name].question}${shown}: `)).trim() || suggested
    try {
      check(name, answer)
      return answer
    } catch (error) {
      explain(error)
    }
  }
}

/** @param {Terminal} terminal */
async function askExamples(terminal) {
  for (;;) {
    try {
      return listed(
        await terminal.question(`Examples to remove, of ${examples.join(', ')} [none]: `),
      )
    } catch (error) {
      explain(error)
    }
  }
}

/**
 * Prints why an answer is not taken.
 * @param {unknown} error
 * @throws what is no UsageError, such as the end of the input
 */
function explain(error) {
  if (!(error instanceof UsageError)) throw error
  console.log(error.message)
}
