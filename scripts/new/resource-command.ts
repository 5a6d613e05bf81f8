// `npm run new -- resource comments "body:string(1..2000) rating:integer(1..5)?"`
import { addResource } from './add-resource.ts'
import { type Command, textOf } from './command.ts'
import { type Field, parseFields } from './fields.ts'
import { nameOf, singularOf } from './names.ts'
import type { Resource } from './resource.ts'

export const resource: Command = {
  usage: `npm run new -- resource <plural> "<fields>"
  --singular=x   its singular, where the plural is irregular`,
  options: { singular: { type: 'string' } },

  read([plural = '', ...fields], values) {
    const many = nameOf(plural, 'a resource')
    const resource: Resource = {
      many,
      one: nameOf(textOf(values, 'singular') ?? singularOf(many.camel), 'one of it'),
      fields: parseFields(fields.join(' ')),
      access: 'owner',
      isSoftDeleted: false,
      cacheSeconds: undefined,
    }
    for (const field of resource.fields) refuseUnsupported(field)
    return (copy) => addResource(copy, resource)
  },
}

function refuseUnsupported({ name, type, isList, isUnique }: Field) {
  const isUnfinished = ['date', 'datetime', 'enum', 'json', 'ref'].includes(type)
  if (isUnfinished || isList || isUnique)
    throw new Error(`"${name.camel}": only string, integer, number and boolean are supported yet`)
}
