// The codes of problems that only a removed feature answers.
import { enumOf } from './contract.ts'

export const problemCode = 'openapi/components/schemas/ProblemCode.yaml'
export const problemsPage = 'docs/problems.md'

/**
 * Returns the codes that only removed texts name.
 * @param contract the texts of the contract that stay.
 */
export function unusedCodes(codes: string, removed: readonly string[], kept: readonly string[]) {
  const names = (texts: readonly string[], code: string) =>
    texts.some((text) => new RegExp(`\\b${code}\\b`).test(text))
  return new Set(enumOf(codes).filter((code) => names(removed, code) && !names(kept, code)))
}

/** Takes the sections of codes out of the page that explains them. */
export function withoutSections(page: string, codes: ReadonlySet<string>): string {
  const kept = page
    .split(/^(?=## )/m)
    .filter((section) => ![...codes].some((code) => section.includes(`, code \`${code}\``)))
  return `${kept.join('').trimEnd()}\n`
}
