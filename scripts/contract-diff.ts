// `npm run contract:diff [ref]`: what has changed in `openapi/` since a ref, for those who use the
// contract. Fails where the version and the changelog do not announce it. The rules are in
// `contract/diff/`.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleContract } from './contract/bundle.ts'
import { missingAnnouncement } from './contract/diff/announcement.ts'
import { contractOf, mayLackTags } from './contract/diff/baseline.ts'
import { compareContracts } from './contract/diff/compare.ts'
import { describeChanges } from './contract/diff/report.ts'
import { newestVersionTag } from './contract/git.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const changelog = `${root}docs/CHANGELOG.md`

async function main([ref, ...others]: string[]) {
  if (others.length > 0) throw new Error('usage: npm run contract:diff [ref]')
  const base = ref ?? (await newestVersionTag(root))
  if (base === undefined) {
    const why = 'nothing to compare with: no tag of the form v1.2.3 leads to this commit'
    if (await mayLackTags()) {
      throw new Error(
        `${why}, and this clone was made without all of them.\n` +
          'Fetch them (git fetch --tags --unshallow, or git fetch --tags where that is refused), ' +
          'or name a ref: npm run contract:diff main',
      )
    }
    return console.log(`${why}: no version is released yet, so nothing can break`)
  }
  const [before, after] = await Promise.all([contractOf(base), bundleContract()])
  const changes = compareContracts(before, after)
  const versions = { before: before.info.version, after: after.info.version }
  console.log(`${base} has ${versions.before}, openapi/ has ${versions.after}\n`)
  for (const line of describeChanges(changes)) console.log(line)
  const missing = missingAnnouncement(changes, versions, await readFile(changelog, 'utf8'))
  if (missing.length > 0) {
    throw new Error(`these changes are not announced:\n  ${missing.join('\n  ')}`)
  }
  console.log(changes.length === 0 ? 'nothing changed' : 'the changes are announced')
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
