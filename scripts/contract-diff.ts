// `npm run contract:diff [ref]`: compares `openapi/` with a ref, or with the newest version, and lists
// what changes for clients. Fails where the version and the changelog do not announce it.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readContract } from './contract/bundle.ts'
import { missingAnnouncement } from './contract/diff/announcement.ts'
import { contractOf, findBase } from './contract/diff/baseline.ts'
import { compareContracts } from './contract/diff/compare.ts'
import { describeChanges } from './contract/diff/report.ts'
import { servedDocument } from './contract/served.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const changelog = `${root}CHANGELOG.md`

async function main([ref, ...others]: string[]) {
  if (others.length > 0) throw new Error('usage: npm run contract:diff [ref]')
  const base = ref ?? (await findBase())
  const [before, contract] = await Promise.all([contractOf(base), readContract()])
  const after = servedDocument(contract)
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
