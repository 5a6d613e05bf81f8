// Turns the files of the template into those of a service, but for `generated/`. The result depends on nothing but the files and
// the answers, so that an upgrade can make it again from two versions of the template and compare them.
import { featureNames, filesBelow } from '../eject/features.ts'
import { eject } from '../eject/remove.ts'
import type { Answers } from './answers.mjs'
import { leaveOut } from './edit.ts'
import { writePages } from './pages.ts'
import { rename } from './rename.ts'
import type { Template } from './source.mjs'

/**
 * Changes the files below a folder, which has the packages of the template.
 * @throws Error that lists what still refers to an example which goes
 */
export async function shape(root: string, template: Template, answers: Answers): Promise<void> {
  rename(root, await filesBelow(root), answers)
  writePages(root, template, answers)
  leaveOut(root)
  // A service may have removed features of its own.
  const known = await featureNames(root, await filesBelow(root))
  const without = answers.without.filter((it) => known.includes(it))
  if (without.length === 0) return
  const { left } = await eject(root, without, { applied: false, codegen: false })
  if (left.length > 0) {
    throw new Error(`The rest refers to ${without.join(', ')}:\n${left.join('\n')}`)
  }
}
