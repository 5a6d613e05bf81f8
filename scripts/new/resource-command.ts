// `npm run new -- resource comments "body:string(1..2000) rating:integer(1..5)?" --sort=rating`
import { addResource } from './add-resource.ts'
import { type Command, textOf, type Values } from './command.ts'
import { type Field, parseFields } from './fields.ts'
import { nameOf, singularOf } from './names.ts'
import { findParent } from './parent.ts'
import { hasListQuery, type Resource } from './resource.ts'

/** The variables of the templates, which a resource or the field of an order or filter cannot have. */
const used = new Set(
  `answer body caller change clock created cursor db draft found id ids index items json limit listed
  newer now on order orders other owner page params patch path person principal q query request row
  rows sent service someone sort superuser trx url user users value values world writer`.split(
    /\s+/,
  ),
)

const accesses = ['owner', 'public', 'admin'] as const

export const resource: Command = {
  usage: `npm run new -- resource <plural> "<fields>"
  --owner        only the user whose it is, and superusers: /users/{username}/… (the default)
  --public       anyone reads, any user creates, only its author and superusers change it
  --admin        anyone reads, only superusers write
  --of=posts     below another resource: /users/{username}/posts/{postId}/…
  --sort=a,b     fields that the list may be sorted by
  --filter=a,b   fields that the list may be filtered by
  --search=a,b   texts that the list may be searched in
  --cache=60     caches reads for so many seconds
  --soft-delete  keeps deleted rows for some days
  --singular=x   its singular, where the plural is irregular`,
  options: {
    owner: { type: 'boolean' },
    public: { type: 'boolean' },
    admin: { type: 'boolean' },
    of: { type: 'string' },
    sort: { type: 'string' },
    filter: { type: 'string' },
    search: { type: 'string' },
    cache: { type: 'string' },
    'soft-delete': { type: 'boolean' },
    singular: { type: 'string' },
  },

  read([plural = '', ...fields], values) {
    const resource = resourceOf(plural, fields.join(' '), values)
    const of = textOf(values, 'of')
    return async (copy) => {
      const parent = of === undefined ? undefined : await findParent(copy, of)
      if (parent && resource.access === 'owner' && !parent.parameters.includes('username')) {
        throw new Error(`--of ${of}: no user is in its path, so choose --public or --admin`)
      }
      if (parent && hasListQuery(resource)) {
        throw new Error('--of takes no --sort, --filter and --search yet: add them by hand')
      }
      return addResource(copy, { ...resource, parent })
    }
  },
}

/** Returns the resource that a person asks for. @throws Error that says what is wrong with the arguments. */
function resourceOf(plural: string, fieldText: string, values: Values): Resource {
  const chosen = accesses.filter((it) => values[it] === true)
  if (chosen.length > 1) throw new Error(`--${chosen.join(' and --')} exclude each other`)
  const [access = 'owner'] = chosen
  const many = nameOf(plural, 'a resource')
  const one = nameOf(textOf(values, 'singular') ?? singularOf(many.camel), 'one of it')
  for (const { camel } of [one, many]) {
    if (used.has(camel)) throw new Error(`"${camel}" is used in what is written: take another name`)
  }
  const fields = parseFields(fieldText)
  if (access === 'public' && fields.some((it) => it.name.camel === 'authorId')) {
    throw new Error('--public: the service fills authorId with the user who creates it')
  }
  const seconds = secondsOf(textOf(values, 'cache'))
  if (seconds !== undefined && fields.some((it) => it.type === 'ref')) {
    const reason = 'the end of a user would change what is cached, and name no read of it'
    throw new Error(`--cache and a ref exclude each other: ${reason}`)
  }
  return {
    many,
    one,
    fields,
    access,
    parent: undefined,
    isSoftDeleted: values['soft-delete'] === true,
    cacheSeconds: seconds,
    sorted: chosenFields('sort', values, fields, isSortable),
    filtered: chosenFields('filter', values, fields, isFilterable),
    searched: chosenFields('search', values, fields, isSearchable),
  }
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new Error(`--cache=${text}: expected a number of seconds, such as --cache=60`)
}

/** A cursor contains the value at which a page ends. */
const longestSorted = 170
/** With more filters there are more combinations than indexes that a table should have. */
const mostFilters = 4

interface Usable {
  readonly is: (field: Field) => boolean
  readonly rule: string
  readonly most?: number
}

const isSortable: Usable = {
  is: ({ type, isList, isUnique, max = 0 }) =>
    !isList &&
    !(isUnique && type === 'integer') &&
    (['integer', 'number', 'date', 'datetime'].includes(type) ||
      (type === 'string' && max <= longestSorted)),
  rule: `an integer that is not unique, a number, a date, a datetime or a string of at most ${longestSorted} characters`,
}
const isFilterable: Usable = {
  is: ({ type, isList, values }) =>
    !isList && (['boolean', 'ref'].includes(type) || (type === 'enum' && values.length > 1)),
  rule: 'a boolean, a ref or an enum of several values',
  most: mostFilters,
}
const isSearchable: Usable = {
  is: ({ type, isList, max = 0 }) => type === 'string' && !isList && max >= 10,
  rule: 'a string of 10 characters or more',
}

function chosenFields(
  option: string,
  values: Values,
  fields: readonly Field[],
  { is, rule, most = fields.length }: Usable,
): Field[] {
  const text = textOf(values, option)
  const names = text?.split(',').filter(Boolean) ?? []
  if (text !== undefined && names.length === 0) {
    throw new Error(`--${option} lists fields, such as --${option}=${fields[0]?.name.camel}`)
  }
  if (names.length > most) throw new Error(`--${option} takes at most ${most} fields`)
  if (new Set(names).size < names.length) throw new Error(`--${option} names a field twice`)
  return names.map((name) => {
    const field = fields.find((it) => it.name.camel === name)
    if (field === undefined) {
      const known = fields.map((it) => it.name.camel).join(', ')
      throw new Error(`--${option}: there is no field ${name}; there are ${known}`)
    }
    if (option !== 'search' && used.has(name)) {
      throw new Error(`--${option}: the name ${name} is used in what is written: take another one`)
    }
    if (!is(field)) throw new Error(`--${option}: ${name} cannot be used; it takes ${rule}`)
    return field
  })
}
