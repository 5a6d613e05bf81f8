// The lines of a resource in files that all resources share.
import type { Changes } from './changes.ts'
import { randomFunctions } from './literals.ts'
import { sentence } from './names.ts'
import {
  codeOf,
  hasListQuery,
  hasSummary,
  isOwned,
  itemPath,
  listedName,
  listPath,
  operationsOf,
  type Resource,
  refFields,
  uniqueFields,
} from './resource.ts'
import { filling } from './templates/filling.ts'
import { contractFile } from './templates/paths.ts'
import { failures, helpers, successes } from './templates/suite.ts'
import { withElements, withImports, withNamedImports, withStatementsBefore } from './typescript.ts'
import { withEntry } from './yaml.ts'

/** Adds a resource to the index of the contract, the composition roots and the tests of the contract. */
export async function wire(changes: Changes, resource: Resource): Promise<void> {
  await changes.edit('openapi/openapi.yaml', (text) => inIndex(text, resource))
  await changes.edit('src/app.ts', (text) => inApp(text, resource))
  if (resource.isSoftDeleted) {
    await changes.edit('src/worker-app.ts', (text) => inWorker(text, resource))
    await changes.edit('tests/slow/cache/invalidation.test.ts', (text) => inJobs(text, resource))
  }
  const unique = uniqueFields(resource)
  if (unique.length > 0) {
    const codes = unique.map((it) => `  - ${codeOf(resource, it)}`).join('\n')
    await changes.edit('openapi/components/schemas/ProblemCode.yaml', (text) =>
      withEntry(text, ['enum'], codes),
    )
    await changes.edit('docs/problems.md', (text) => `${text.trimEnd()}\n${problems(resource)}`)
  }
  if (hasListQuery(resource)) {
    await changes.edit('tests/db/indexes.test.ts', (text) => inIndexes(text, resource))
  }
  await changes.edit('tests/contract/suite/requests.ts', (text) => inSuite(text, resource))
  await changes.edit('tests/contract/columns.test.ts', (text) => inColumns(text, resource))
}

function inIndex(text: string, resource: Resource): string {
  const { many, access } = resource
  const whose = {
    owner: 'which users keep for themselves',
    public: 'which users share with everyone',
    admin: 'which superusers keep',
  }
  const description = `${sentence(many.spoken)}, ${whose[access]}.`
  const tag = `  - name: ${many.pascal}\n    description: ${description}`
  const paths = [listPath(resource), itemPath(resource)].map(
    (it) => `  ${it}:\n    $ref: ${contractFile(it).replace(/^openapi./, '')}`,
  )
  return withEntry(withEntry(text, ['tags'], tag), ['paths'], paths.join('\n'))
}

function inApp(text: string, { one, many }: Resource): string {
  const folder = `./features/${many.kebab}`
  const imported = withImports(text, [
    `import { ${one.camel}Handlers } from '${folder}/handlers.ts'`,
    `import { ${one.camel}Repository } from '${folder}/repository.ts'`,
  ])
  const repository = `${one.camel}Repository(db, clock)`
  const handlers = `...${one.camel}Handlers({ ${many.camel}: ${repository}, urlFor }),`
  return withElements(imported, 'handlers', handlers)
}

function inWorker(text: string, { one, many }: Resource): string {
  const folder = `./features/${many.kebab}`
  const imported = withImports(text, [
    `import { ${one.camel}Jobs } from '${folder}/jobs.ts'`,
    `import { ${one.camel}Repository } from '${folder}/repository.ts'`,
  ])
  const repository = `${one.camel}Repository(db, clock)`
  const jobs = `...${one.camel}Jobs({ ${many.camel}: ${repository}, clock, days: deletedDays }),`
  return withElements(imported, 'featureJobs', jobs)
}

function inJobs(text: string, { many }: Resource): string {
  const prepared = `service.db('${many.snake}').update({ deleted_at: '2020-01-01' })`
  return withElements(text, 'prepared', `purge${many.pascal}: () => ${prepared},`)
}

/** Adds rows, which the plans of its lists are about, and where its list is. */
function inIndexes(text: string, resource: Resource): string {
  const { many } = resource
  const { list } = operationsOf(resource)
  const client = isOwned(resource) ? 'service.api.as(someone)' : 'service.api'
  const filled = listPath(resource).replace('{username}', `\${someone.username}`)
  const path = filled === listPath(resource) ? `'${filled}'` : `\`${filled}\``
  const withPlace = withElements(text, 'places', `${list}: () => [${client}, ${path}],`)
  const withTable = withElements(withPlace, 'tables', `'${many.snake}',`)
  return withElements(
    withTable,
    'fillers',
    `${list}: () => service.db.raw(\`${filling(resource)}\`),`,
  )
}

function problems(resource: Resource): string {
  return uniqueFields(resource)
    .map((field) => {
      const code = codeOf(resource, field)
      const { spoken } = field.name
      return `
## ${sentence(code.replaceAll('_', ' '))}

Status 409, code \`${code}\`.

**When:** Another ${resource.one.spoken} has this ${spoken}.

**What to do:** Choose another ${spoken}.
`
    })
    .join('')
}

function inSuite(text: string, resource: Resource): string {
  const withHelpers = withStatementsBefore(text, 'successes', helpers(resource))
  const withSuccesses = withElements(withHelpers, 'successes', successes(resource))
  const failing = failures(resource)
  const complete = failing === '' ? withSuccesses : withElements(withSuccesses, 'failures', failing)
  const typed = withNamedImports(
    complete,
    './world.ts',
    refFields(resource).length > 0 ? ['Person'] : [],
  )
  return withNamedImports(typed, 'node:crypto', randomFunctions(resource))
}

function inColumns(text: string, resource: Resource): string {
  const { one, many } = resource
  const schemas = [
    one.pascal,
    ...(hasSummary(resource) ? [listedName(resource)] : []),
    `${one.pascal}Create`,
    `${one.pascal}Update`,
  ]
  return withElements(text, 'stored', schemas.map((it) => `${it}: '${many.snake}',`).join('\n'))
}
