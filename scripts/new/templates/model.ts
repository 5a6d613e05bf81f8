// `model.ts` and `presenter.ts` of a resource: its rows, and what responses show of them.
import { code } from '../code.ts'
import type { Field } from '../fields.ts'
import { sentence, withArticle } from '../names.ts'
import {
  hasSummary,
  isAuthored,
  listedFields,
  listedName,
  type Resource,
  userColumn,
} from '../resource.ts'

/** Returns `model.ts`. */
export function model(resource: Resource): string {
  const { one, many, fields, isSoftDeleted, parent } = resource
  const json = fields.filter((it) => it.type === 'json').map((it) => `'${it.name.camel}'`)
  const user = { user_id: 'userId', author_id: 'authorId' }[userColumn(resource) ?? '']
  const left = fields.filter((it) => !listedFields(resource).includes(it))
  return code`
// Rows of \`${many.snake}\`.
import { Model, snakeCaseMappers } from 'objection'
import type { Timestamp } from '../../lib/clock.ts'

export class ${one.pascal}Model extends Model {
  static override tableName = '${many.snake}'
  static override columnNameMappers = snakeCaseMappers()
  ${json.length > 0 && `static override jsonAttributes = [${json.join(', ')}]`}

  declare id: string
  ${user && `declare ${user}: string`}
  ${parent && `declare ${parent.one.camel}Id: string`}
  ${fields.map((it) => `declare ${it.name.camel}: ${typeOf(it)}`)}
  declare createdAt: Timestamp
  declare updatedAt: Timestamp
  ${isSoftDeleted && 'declare deletedAt: Timestamp | null'}
}
${
  hasSummary(resource) &&
  code`

/** ${sentence(withArticle(one.spoken))} in a list, without what may be long. */
export type ${one.pascal}Summary = Omit<${one.pascal}Model, ${left.map((it) => `'${it.name.camel}'`).join(' | ')}>
`
}
`
}

/** Returns the type of a field in a row. */
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

/** Returns \`presenter.ts\`. */
export function presenter(resource: Resource): string {
  const { one, many, fields } = resource
  const imported = [`${one.pascal}Model`, ...(hasSummary(resource) ? [listedName(resource)] : [])]
  const shown = (all: readonly Field[]) =>
    [
      'id',
      ...(isAuthored(resource) ? ['authorId'] : []),
      ...all.map((it) => it.name.camel),
      'createdAt',
      'updatedAt',
    ].map((it) => `${it}: ${one.camel}.${it},`)
  return code`
// ${sentence(many.spoken)} as responses show them.
import type { Schemas } from '../../contract.ts'
import type { ${imported.join(', ')} } from './model.ts'

export function to${one.pascal}(${one.camel}: ${one.pascal}Model): Schemas['${one.pascal}'] {
  return {
    ${shown(fields)}
  }
}
${
  hasSummary(resource) &&
  code`

export function to${listedName(resource)}(${one.camel}: ${listedName(resource)}): Schemas['${listedName(resource)}'] {
  return {
    ${shown(listedFields(resource))}
  }
}
`
}
`
}
