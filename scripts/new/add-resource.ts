// Writes a resource into a copy of the repository: its own files, its lines in shared ones.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readContract } from '../contract/bundle.ts'
import { eachMethod, eachOperation } from '../contract/document.ts'
import { unnamedReads } from '../contract/lint/caching.ts'
import { Changes } from './changes.ts'
import type { Made } from './command.ts'
import { isAuthored, operationsOf, type Resource } from './resource.ts'
import { components } from './templates/components.ts'
import { handlers } from './templates/handlers.ts'
import { jobs } from './templates/jobs.ts'
import { migration } from './templates/migration.ts'
import { model, presenter } from './templates/model.ts'
import { contractFile, paths } from './templates/paths.ts'
import { repository } from './templates/repository.ts'
import { seed } from './templates/seed.ts'
import { testFile } from './templates/tests.ts'
import { wire } from './wiring.ts'
import { withValue } from './yaml.ts'

/** @throws Error for a name that is taken. */
export async function addResource(copy: string, resource: Resource): Promise<Made> {
  const { many } = resource
  const changes = new Changes(copy)
  await refuseTaken(copy, resource)
  const timestamp = await nextTimestamp(copy)
  for (const [path, text] of Object.entries(filesOf(resource, timestamp))) {
    await changes.create(path, text)
  }
  await changes.create(`seeds/${await nextSeed(copy)}_demo_${many.snake}.ts`, seed(resource))
  await wire(changes, resource)
  await changes.write()
  const { get, list } = operationsOf(resource)
  const endings = isAuthored(resource) ? ['deleteUser', 'deleteCurrentUser'] : []
  await nameInWrites(copy, [get, list], endings)
  return {
    before: ['npx knex migrate:latest', 'npx knex seed:run'],
    tests: [`tests/operations/${many.kebab}.test.ts`, 'tests/contract/suite.test.ts'],
  }
}

/** Returns the files of its own by path. */
function filesOf(resource: Resource, timestamp: string): Record<string, string> {
  const { many, isSoftDeleted } = resource
  const folder = `src/features/${many.kebab}`
  return {
    ...components(resource),
    ...paths(resource),
    [`migrations/${timestamp}_${many.snake}.ts`]: migration(resource),
    [`${folder}/model.ts`]: model(resource),
    [`${folder}/presenter.ts`]: presenter(resource),
    [`${folder}/repository.ts`]: repository(resource),
    [`${folder}/handlers.ts`]: handlers(resource),
    ...(isSoftDeleted && { [`${folder}/jobs.ts`]: jobs(resource) }),
    [`tests/operations/${many.kebab}.test.ts`]: testFile(resource),
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
 * @param endings other writes that change them: the end of an author hides what they created.
 */
export async function nameInWrites(
  copy: string,
  reads: readonly string[],
  endings: readonly string[] = [],
): Promise<void> {
  const changes = new Changes(copy)
  const document = await readContract(join(copy, 'openapi/openapi.yaml'))
  const all = [...eachOperation(document)]
  const stale = all.filter((it) => unnamedReads(it, document).length > 0)
  const ids = new Set([...endings, ...stale.map((it) => it.operation.operationId)])
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

/** Returns the number for the name of a seed, after those that there are. */
async function nextSeed(copy: string): Promise<string> {
  const numbers = (await readdir(join(copy, 'seeds'))).map((it) => Number.parseInt(it, 10) || 0)
  return `${Math.max(0, ...numbers) + 1}`.padStart(2, '0')
}
