// `npm run new -- resource <plural> "<fields>"`: writes a resource into the contract, the database, the
// service and the tests. Everything is made in a copy of the repository first.
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addResource } from './add-resource.ts'
import { parseFields } from './fields.ts'
import { nameOf, singularOf } from './names.ts'
import type { Resource } from './resource.ts'
import { inScratch } from './scratch.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

const usage = `usage: npm run new -- resource <plural> "<fields>" [options]
  --singular=x   its singular, where the plural is irregular
  --dry-run      prints what would change, and writes nothing`

const options = { singular: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const

async function main(args: string[]) {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [kind, plural = '', ...fields] = positionals
  if (kind !== 'resource' || plural === '') throw new Error(usage)
  const many = nameOf(plural, 'a resource')
  const resource: Resource = {
    many,
    one: nameOf(values.singular ?? singularOf(many.camel), 'one of it'),
    fields: parseFields(fields.join(' ')),
    access: 'owner',
    isSoftDeleted: false,
    cacheSeconds: undefined,
  }
  await inScratch(root, async (scratch) => {
    await addResource(scratch, resource)
    if (values['dry-run']) return console.log(await scratch.diff())
    const changed = await scratch.changed()
    for (const path of changed) await cp(join(scratch.path, path), join(root, path))
    console.log(changed.map((it) => `wrote ${it}`).join('\n'))
  })
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
