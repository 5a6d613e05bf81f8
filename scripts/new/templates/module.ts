// The feature of a resource: model, repository, presenter, handlers, and the job of a soft deletion.
import type { Field } from '../fields.ts'
import { sentence, withArticle } from '../names.ts'
import {
  codeOf,
  hasSummary,
  idName,
  isAuthored,
  isLong,
  isOwned,
  listedName,
  operationsOf,
  type Resource,
} from '../resource.ts'
import { uniqueName } from './migration.ts'

/** Returns the files of `src/features/<resource>/` by name. */
export function moduleFiles(resource: Resource): Record<string, string> {
  return {
    'model.ts': model(resource),
    'repository.ts': repository(resource),
    'presenter.ts': presenter(resource),
    'handlers.ts': handlers(resource),
    ...(resource.isSoftDeleted && { 'jobs.ts': jobs(resource) }),
  }
}

const hasUser = (resource: Resource) => isOwned(resource) || isAuthored(resource)

const list = (lines: readonly string[], indent: string) =>
  lines.map((it) => `${indent}${it}\n`).join('')

export function typeOf({ type, isList, isOptional, values }: Field): string {
  const union = values.map((it) => `'${it}'`).join(' | ')
  const of = {
    string: 'string',
    integer: 'number',
    number: 'number',
    boolean: 'boolean',
    date: 'string',
    datetime: 'Timestamp',
    enum: isList ? `(${union})` : union,
    json: 'Record<string, unknown>',
    ref: 'string',
  }[type]
  return `${of}${isList ? '[]' : ''}${isOptional ? ' | null' : ''}`
}

function model(resource: Resource): string {
  const { one, many, fields, isSoftDeleted } = resource
  const json = fields.filter((it) => it.type === 'json').map((it) => `'${it.name.camel}'`)
  return `// Rows of \`${many.snake}\`.
import { Model, snakeCaseMappers } from 'objection'
import type { Timestamp } from '../../lib/clock.ts'

export class ${one.pascal}Model extends Model {
  static override tableName = '${many.snake}'
  static override columnNameMappers = snakeCaseMappers()
${json.length > 0 ? `  static override jsonAttributes = [${json.join(', ')}]\n` : ''}
  declare id: string
${hasUser(resource) ? '  declare userId: string\n' : ''}${list(
  fields.map((it) => `declare ${it.name.camel}: ${typeOf(it)}`),
  '  ',
)}  declare createdAt: Timestamp
  declare updatedAt: Timestamp
${isSoftDeleted ? '  declare deletedAt: Timestamp | null\n' : ''}}
${
  hasSummary(resource)
    ? `
/** ${sentence(withArticle(one.spoken))} in a list, without what may be long. */
export type ${one.pascal}Summary = Omit<${one.pascal}Model, ${fields
        .filter(isLong)
        .map((it) => `'${it.name.camel}'`)
        .join(' | ')}>
`
    : ''
}`
}

function presenter(resource: Resource): string {
  const { one, many, fields } = resource
  const namesOf = (all: readonly Field[]) => [
    'id',
    ...all.map((it) => it.name.camel),
    'createdAt',
    'updatedAt',
  ]
  const names = namesOf(fields)
  const shown = namesOf(fields.filter((it) => !isLong(it)))
  return `// ${sentence(many.spoken)} as responses show them.
import type { Schemas } from '../../contract.ts'
import type { ${one.pascal}Model${hasSummary(resource) ? `, ${one.pascal}Summary` : ''} } from './model.ts'

export function to${one.pascal}(${one.camel}: ${one.pascal}Model): Schemas['${one.pascal}'] {
  return {
${list(
  names.map((it) => `${it}: ${one.camel}.${it},`),
  '    ',
)}  }
}
${
  hasSummary(resource)
    ? `
export function to${one.pascal}Summary(${one.camel}: ${one.pascal}Summary): Schemas['${one.pascal}Summary'] {
  return {
${list(
  shown.map((it) => `${it}: ${one.camel}.${it},`),
  '    ',
)}  }
}
`
    : ''
}`
}

function repository(resource: Resource): string {
  const { one, many, fields, isSoftDeleted } = resource
  const owned = isOwned(resource)
  const owner = owned ? 'userId: string, ' : ''
  const creator = hasUser(resource) ? 'userId: string, ' : ''
  const ownerArg = owned ? 'userId, ' : ''
  const ownerArgOnly = owned ? 'userId' : ''
  const unique = fields.filter((it) => it.isUnique)
  const optional = fields.filter((it) => it.isOptional)
  const base = `${one.pascal}Model.query(on)${isSoftDeleted ? ".whereNull('deleted_at')" : ''}${owned ? '.where({ user_id: userId })' : ''}`
  const rows = owned ? `${many.camel}Of` : `all`
  const rowsParams = owned ? '(userId: string, on = db)' : '(on = db)'
  const nulls = optional.map((it) => `${it.name.camel}: null`).join(', ')
  const values = [
    'id: uuidv7()',
    ...(hasUser(resource) ? ['userId'] : []),
    ...(nulls ? [nulls] : []),
    '...values',
    'createdAt: now',
    'updatedAt: now',
  ].join(', ')
  const guarded = (call: string) =>
    unique.length > 0
      ? `translateConstraints(constraintErrors, () =>\n        ${call},\n      )`
      : call
  const codes = unique.map((it) => `${codeOf(resource, it)}`).join(', ')
  const one_ = one.spoken
  const listed = hasSummary(resource) ? `${one.pascal}Summary` : `${one.pascal}Model`
  const columns = [
    'id',
    ...fields.filter((it) => !isLong(it)).map((it) => it.name.snake),
    'created_at',
    'updated_at',
  ]
  return `// ${sentence(many.spoken)} in the database.${owned ? ' Every query requires the owner.' : ''}
import { v7 as uuidv7 } from 'uuid'
import { ${unique.length > 0 ? 'conflict, ' : ''}type Schemas } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
${unique.length > 0 ? "import { translateConstraints } from '../../db/errors.ts'\n" : ''}import {
  keysetPage,
  type Page,
  type PageRequest,
  type Precondition,
  writeIf,
} from '../../db/repository.ts'
import type { Clock } from '../../lib/clock.ts'
import { ${one.pascal}Model${hasSummary(resource) ? `, type ${one.pascal}Summary` : ''} } from './model.ts'
${
  unique.length > 0
    ? `
const constraintErrors = {
${list(
  unique.map(
    (it) =>
      `${uniqueName(resource, it)}: () => conflict('${codeOf(resource, it)}', 'This ${it.name.spoken} is taken.'),`,
  ),
  '  ',
)}}
`
    : ''
}
${hasSummary(resource) ? `\n/** The columns that a list shows. */\nconst listed = [${columns.map((it) => `'${it}'`).join(', ')}]\n` : ''}
export type ${one.pascal}Repository = ReturnType<typeof ${one.camel}Repository>

/** @param db the pool, or a transaction in which all queries run. */
export function ${one.camel}Repository(db: Connection, clock: Clock) {
  const ${rows} = ${rowsParams} => ${base}
  return {
    page(${owner}request: PageRequest): Promise<Page<${listed}>> {
      return keysetPage(${rows}(${ownerArgOnly})${hasSummary(resource) ? '.select(...listed)' : ''}, request)
    },

${unique.length > 0 ? `    /** @throws ApiError ${codes}. */\n` : ''}    async create(${creator}values: Schemas['${one.pascal}Create'], on = db): Promise<${one.pascal}Model> {
      const now = clock().toISOString()
      const row = { ${values} }
      return ${guarded(`${one.pascal}Model.query(on).insert(row).returning('*')`)}
    },

    async find(${owner}id: string): Promise<${one.pascal}Model | undefined> {
      return ${rows}(${ownerArgOnly}).findById(id)
    },

    /**
     * Updates ${withArticle(one_)} and returns the new row; undefined if there is none.
     * @throws ${unique.length > 0 ? `ApiError ${codes}, and ` : ''}what the precondition throws.
     */
    async update(
      ${owned ? 'userId: string,\n      ' : ''}id: string,
      changes: Schemas['${one.pascal}Update'],
      precondition?: Precondition<${one.pascal}Model>,
    ): Promise<${one.pascal}Model | undefined> {
      const patch = { ...changes, updatedAt: clock().toISOString() }
      const ${one.camel} = (on: Connection) => ${rows}(${ownerArg}on).where({ id })
      return ${guarded(`writeIf(db, precondition, ${one.camel}, (row) => row.patch(patch).returning('*').first())`)}
    },

    /**
     * Deletes ${withArticle(one_)}${isSoftDeleted ? ' softly' : ''}. Returns false if there is none.
     * @throws what the precondition throws.
     */
    async delete(
      ${owned ? 'userId: string,\n      ' : ''}id: string,
      precondition?: Precondition<${one.pascal}Model>,
    ): Promise<boolean> {
      const ${one.camel} = (on: Connection) => ${rows}(${ownerArg}on).where({ id })
${
  isSoftDeleted
    ? `      const patch = { deletedAt: clock().toISOString() }
      return (await writeIf(db, precondition, ${one.camel}, (row) => row.patch(patch))) > 0
    },

    /** Hard deletes up to \`limit\` ${many.spoken} that were deleted before a time, and returns their number. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = ${one.pascal}Model.query(db).select('id').where('deleted_at', '<', before).limit(limit)
      return ${one.pascal}Model.query(db).whereIn('id', old).delete()
    },
`
    : `      return (await writeIf(db, precondition, ${one.camel}, (row) => row.delete())) > 0
    },
`
}  }
}
`
}

function handlers(resource: Resource): string {
  const { one, many } = resource
  const ops = operationsOf(resource)
  const [owned, authored] = [isOwned(resource), isAuthored(resource)]
  const id = idName(resource)
  const owner = owned ? 'owner.id, ' : ''
  const withOwner = owned ? ', owner' : ''
  const withCaller = authored ? ', principal' : withOwner
  const guard = authored ? `      await requireAuthor(params.${id}, principal)\n` : ''
  const notFound = `${one.camel}NotFound`
  const precondition = `      const precondition = ifMatch && ((row: ${one.pascal}Model) => ifMatch(to${one.pascal}(row)))`
  const creator = owned ? 'owner.id, ' : authored ? 'principal.id, ' : ''
  return `// ${sentence(many.spoken)}${owned ? ' of users' : ''}.
import { apiError, type Handlers, ${authored ? 'type Principal, ' : ''}type UrlFor } from '../../contract.ts'
${authored ? "import { superuserScope } from '../accounts/login.ts'\n" : ''}import type { ${one.pascal}Model } from './model.ts'
import { to${one.pascal}${hasSummary(resource) ? `, to${one.pascal}Summary` : ''} } from './presenter.ts'
import type { ${one.pascal}Repository } from './repository.ts'

interface Deps {
  readonly ${many.camel}: ${one.pascal}Repository
  readonly urlFor: UrlFor
}

type ${one.pascal}Handlers = Pick<
  Handlers,
  ${Object.values(ops)
    .map((it) => `'${it}'`)
    .join(' | ')}
>

const ${notFound} = () => apiError('not_found', 'There is no such ${one.spoken}.')

export function ${one.camel}Handlers({ ${many.camel}, urlFor }: Deps): ${one.pascal}Handlers {
${
  authored
    ? `  /** @throws ApiError not_found, or forbidden for a caller who is neither the author nor a superuser. */
  async function requireAuthor(id: string, { id: callerId, scopes }: Principal): Promise<void> {
    const ${one.camel} = await ${many.camel}.find(id)
    if (${one.camel} === undefined) throw ${notFound}()
    if (${one.camel}.userId === callerId || scopes.includes(superuserScope)) return
    throw apiError('forbidden', 'Only its author may change ${withArticle(one.spoken)}.')
  }

`
    : ''
}  return {
    async ${ops.list}({ query${withOwner} }) {
      const { items, nextCursor } = await ${many.camel}.page(${owner}query)
      return { status: 200, body: { items: items.map(to${listedName(resource)}), nextCursor } }
    },

    async ${ops.create}({ ${owned ? 'params, ' : ''}body${withCaller} }) {
      const ${one.camel} = await ${many.camel}.create(${creator}body)
      const headers = { Location: urlFor('${ops.get}', { ${id}: ${one.camel}.id${owned ? ', ...params' : ''} }) }
      return { status: 201, body: to${one.pascal}(${one.camel}), headers }
    },

    async ${ops.get}({ params${withOwner} }) {
      const ${one.camel} = await ${many.camel}.find(${owner}params.${id})
      if (${one.camel} === undefined) throw ${notFound}()
      return { status: 200, body: to${one.pascal}(${one.camel}) }
    },

    async ${ops.update}({ params, body${withCaller} }, { ifMatch }) {
${guard}${precondition}
      const ${one.camel} = await ${many.camel}.update(${owner}params.${id}, body, precondition)
      if (${one.camel} === undefined) throw ${notFound}()
      return { status: 200, body: to${one.pascal}(${one.camel}) }
    },

    async ${ops.delete}({ params${withCaller} }, { ifMatch }) {
${guard}${precondition}
      if (!(await ${many.camel}.delete(${owner}params.${id}, precondition))) throw ${notFound}()
      return { status: 204 }
    },
  }
}
`
}

function jobs({ one, many }: Resource): string {
  return `// A recurring job that hard deletes ${many.spoken} some time after their deletion.
import { type Job, type Nothing, purgeJob } from '../../jobs/jobs.ts'
import type { Clock } from '../../lib/clock.ts'
import type { ${one.pascal}Repository } from './repository.ts'

declare module '../../jobs/jobs.ts' {
  interface JobPayloads {
    purge${many.pascal}: Nothing
  }
}

interface Deps {
  readonly ${many.camel}: Pick<${one.pascal}Repository, 'purge'>
  readonly clock: Clock
  /** How many days a deleted one is kept. */
  readonly days: number
}

export function ${one.camel}Jobs({ ${many.camel}, clock, days }: Deps): { purge${many.pascal}: Job<Nothing> } {
  return { purge${many.pascal}: purgeJob(clock, days, ${many.camel}.purge) }
}
`
}
