// The pages that a service begins with instead of the template's, and the record of its template.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answers, templateName } from './answers.mjs'
import { edit } from './edit.ts'
import type { Template } from './source.mjs'

/** Writes README.md, CHANGELOG.md and template.json, and credits the template in docs/THIRD_PARTY.md. */
export function writePages(root: string, template: Template, answers: Answers): void {
  for (const name of ['README.md', 'CHANGELOG.md']) {
    const page = readFileSync(join(root, 'scripts/init/pages', name), 'utf8')
    const filled = page.replaceAll(
      /\{\{(title|description|database)\}\}/g,
      (_, key: keyof Answers) => String(answers[key]),
    )
    writeFileSync(join(root, name), filled)
  }
  const { repository, version, commit } = template
  const record = { repository, version, commit, answers }
  writeFileSync(join(root, 'template.json'), `${JSON.stringify(record, null, 2)}\n`)
  edit(root, 'docs/THIRD_PARTY.md', (text) =>
    text.replace(/^\|---.*$/m, (line) => `${line}\n${credit}`),
  )
}

const credit =
  `| most of the code | this repository | \`${templateName}\`, see \`template.json\`: ` +
  `Copyright (c) 2026 the authors of ${templateName} | MIT, with the text of [LICENSE](../LICENSE) |`
