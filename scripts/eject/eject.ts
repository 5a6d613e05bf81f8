// `npm run eject -- posts`: removes features from this service. All changes are made in a copy first, so that
// a feature that cannot be removed leaves everything as it is.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { git } from '../contract/git.ts'
import { inScratch } from '../new/scratch.ts'
import { commandMeant } from '../new/swallowed.ts'
import { runQuietly } from '../test/commands.ts'
import { appliedMigrations } from './applied.ts'
import { featureNames, filesBelow, readFeature } from './features.ts'
import { readMigrations, releasedMigrations } from './migrations.ts'
import { type Ejection, eject } from './remove.ts'
import { describeChanges, describeMentions, describeNext } from './report.ts'

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')

const options = {
  'dry-run': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  applied: { type: 'boolean', default: false },
  'not-applied': { type: 'boolean', default: false },
} as const

const usage = `usage: npm run eject -- <feature> … [options]
  --dry-run      prints what would change, and writes nothing
  --force        runs in a work tree with changes, and writes although the result does not compile
  --applied      databases have the tables: keeps the migrations and adds one that drops them
  --not-applied  no database has the tables: deletes the migrations`

async function main(args: string[]): Promise<void> {
  const meant = commandMeant(args, options, process.env, 'npm run eject')
  if (meant) throw new Error(`npm took the options for itself: ${meant}`)
  const { values, positionals: names } = parseArgs({ args, options, allowPositionals: true })
  if (names.length === 0) throw new Error(`${usage}\n\nfeatures: ${(await features()).join(', ')}`)
  if (values.applied && values['not-applied']) {
    throw new Error('--applied and --not-applied exclude each other')
  }
  if (!existsSync(join(root, '.git'))) {
    throw new Error(
      'this folder has no git history to undo the change with: run git init and commit',
    )
  }
  if (!values.force && !values['dry-run']) await refuseChanges()
  const applied = values['not-applied'] ? false : values.applied || (await appliedOf(names))
  await inScratch(root, async (scratch) => {
    const ejection = await eject(scratch.path, names, { applied })
    const types = await runQuietly(['node_modules/.bin/tsc'], scratch.path)
    console.log(describeChanges(ejection))
    if (!types.ok || ejection.left.length > 0) refuseLeft(ejection, types.output, values.force)
    console.log(describeMentions(ejection))
    if (values['dry-run']) return console.log('\nNothing is written.')
    await scratch.keep(await scratch.changed())
    console.log(describeNext(ejection))
  })
}

const features = async () => featureNames(root, await filesBelow(root))

/** @throws Error in a work tree with changes, which git could not tell from those of this command. */
async function refuseChanges(): Promise<void> {
  const status = await git(root, 'status', '--porcelain')
  if (status === '') return
  throw new Error(
    `the work tree has changes, so git could not undo this alone: commit or stash them, or pass --force\n${status}`,
  )
}

/** Returns the migrations of features that some database has applied, or may have. */
async function appliedOf(names: readonly string[]): Promise<string[]> {
  const files = await filesBelow(root)
  const migrations = await readMigrations(root, files)
  const known = await featureNames(root, files)
  const own = await Promise.all(names.map((name) => readFeature(root, files, name, known)))
  if (!own.some((it) => it.files.some((path) => migrations.has(path)))) return []
  return [...(await releasedMigrations(root)), ...(await appliedMigrations(root))]
}

function refuseLeft({ left }: Ejection, output: string, isForced: boolean): void {
  const message = ['', 'the rest still refers to it:', ...left, output.trim()].join('\n')
  if (!isForced)
    throw new Error(`${message}\nnothing was written: change these places first, or pass --force`)
  console.log(message)
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
