// Turns the files of the template into those of a service. The result depends on nothing but the files and
// the answers: `npm run upgrade` makes it again, from two versions of the template, to compare them.

import type { Answers } from './answers.mjs'
import { leaveOut } from './edit.ts'
import { writePages } from './pages.ts'
import { rename } from './rename.ts'
import type { Template } from './source.mjs'

export function shape(root: string, template: Template, answers: Answers): void {
  rename(root, template.files, answers)
  writePages(root, template, answers)
  leaveOut(root)
}
