// The rules of `expand` as the table in docs/contract.md, which codegen writes between two comments.
import { type Rule, rules } from './rules.ts'

const [begin, end] = ['<!-- rules: npm run codegen -->', '<!-- /rules -->']

/** Returns the page with the current table between its two comments. @throws Error without them. */
export function withRules(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/contract.md lacks ${begin} … ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${rulesTable()}\n\n${page.slice(to)}`
}

function rulesTable(): string {
  const rows = rules.map((rule) => `| ${rule.when} | ${additionsOf(rule)} |`)
  return ['| when an operation | the bundle adds |', '|---|---|', ...rows].join('\n')
}

function additionsOf({ parameters = [], responses = {}, headers = {}, on = [] }: Rule): string {
  const code = (names: readonly string[]) => names.map((it) => `\`${it}\``).join(', ')
  const answers = Object.entries(responses).map(([status, it]) => `${status} \`${it}\``)
  const where = on.length > 0 ? on.join(' or ') : 'each success'
  return [
    parameters.length > 0 && `the parameter ${code(parameters)}`,
    answers.join(', '),
    Object.keys(headers).length > 0 && `${code(Object.keys(headers))} on ${where}`,
  ]
    .filter(Boolean)
    .join('; ')
}
