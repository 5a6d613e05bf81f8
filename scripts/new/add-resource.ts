// Writes a resource into a copy of the repository: its own files, its lines in shared ones.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readContract } from '../contract/bundle.ts'
import { eachMethod, eachOperation } from '../contract/document.ts'
import { unnamedReads } from '../contract/lint/caching.ts'
import { Changes } from './changes.ts'
import type { Made } from './command.ts'
import { operationsOf, type Resource } from './resource.ts'
import { contractFiles } from './templates/contract.ts'
import { migration } from './templates/migration.ts'
import { moduleFiles } from './templates/module.ts'
import { testFile } from './templates/tests.ts'
import { contractFile, wire } from './wiring.ts'
import { withValue } from './yaml.ts'

/** @throws Error for a name that is taken. */
export async function addResource(copy: string, resource: Resource): Promise<Made> {
  const { many } = resource
  const changes = new Changes(copy)
  await refuseTaken(copy, resource)
  for (const [path, text] of Object.entries(contractFiles(resource))) {
    await changes.create(path, text)
  }
  const timestamp = await nextTimestamp(copy)
  await changes.create(`migrations/${timestamp}_${many.snake}.ts`, migration(resource))
  for (const [name, text] of Object.entries(moduleFiles(resource))) {
    await changes.create(`src/features/${many.kebab}/${name}`, text)
  }
  await changes.create(`tests/operations/${many.kebab}.test.ts`, testFile(resource))
  await wire(changes, resource)
  await changes.write()
  const { get, list } = operationsOf(resource)
  await nameInWrites(copy, [get, list])
  return {
    before: ['npx knex migrate:latest'],
    tests: [`tests/operations/${many.kebab}.test.ts`, 'tests/contract/suite.test.ts'],
  }
}

async function refuseTaken(copy: string, resource: Resource): Promise<void> {
  const document = await readContract(join(copy, 'openapi/openapi.yaml'))
  const ids = [...eachMethod(document)].map((it) => it.operation.operationId)
  const taken = Object.values(operationsOf(resource)).find((it) => ids.includes(it))
  if (taken) throw new Error(`the contract has an operation ${taken} already`)
}

/**
 * Names the new reads in the writes of other resources that change them: a user who is renamed or deleted
 * changes everything under the old name. What a soft delete changes, the hard delete changes too.
 */
export async function nameInWrites(copy: string, reads: readonly string[]): Promise<void> {
  const changes = new Changes(copy)
  const document = await readContract(join(copy, 'openapi/openapi.yaml'))
  const all = [...eachOperation(document)]
  const stale = all.filter((it) => unnamedReads(it, document).length > 0)
  const ids = new Set(stale.map((it) => it.operation.operationId))
  for (const id of [...ids]) if (id.startsWith('delete')) ids.add(id.replace('delete', 'erase'))
  for (const { path, method, operation } of all) {
    if (!ids.has(operation.operationId)) continue
    for (const read of reads) {
      await changes.edit(contractFile(path), (text) =>
        withValue(text, [method, 'x-invalidates'], read),
      )
    }
  }
  await changes.write()
}

/** Returns the time for the name of a migration, after those that there are. */
export async function nextTimestamp(copy: string): Promise<string> {
  const newest = (await readdir(join(copy, 'migrations'))).sort().at(-1)?.slice(0, 14) ?? ''
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  return now > newest ? now : String(BigInt(newest) + 1n)
}
