// The fields of a resource, in the form in which a person states them:
//   body:string(1..2000) rating:integer(1..5)? tags:string[] kind:enum(note,question) slug:string(3..40)!
import { type Name, nameOf } from './names.ts'

const types = [
  'string',
  'integer',
  'number',
  'boolean',
  'date',
  'datetime',
  'enum',
  'json',
  'ref',
] as const
type FieldType = (typeof types)[number]

export interface Field {
  readonly name: Name
  readonly type: FieldType
  /** A list of values of the type. */
  readonly isList: boolean
  /** May be left out or null. */
  readonly isOptional: boolean
  readonly isUnique: boolean
  /** Of the length of a string, or of a number; a string always has both. */
  readonly min: number | undefined
  readonly max: number | undefined
  /** The values of an enum. */
  readonly values: readonly string[]
}

const form =
  'name:type, such as "body:string(1..2000)", "rating:integer(1..5)?" or "kind:enum(note,question)"'
/** Fields that each resource has, which the service fills. */
const own = ['id', 'createdAt', 'updatedAt', 'deletedAt', 'userId', 'username']
const longestString = 10_000
const largestInteger = 2_147_483_647

/**
 * Parses fields that are separated by white space.
 * @param taken the names that are there already: by default those of a resource.
 * @throws Error that names the field and says what was expected.
 */
export function parseFields(text: string, taken: readonly string[] = own): Field[] {
  const fields = text
    .split(/\s+(?![^(]*\))/)
    .filter(Boolean)
    .map((it) => parseField(it, taken))
  if (fields.length === 0) throw new Error(`there are no fields: ${form}`)
  const names = fields.map((it) => it.name.camel)
  const repeated = names.find((it, index) => names.indexOf(it) !== index)
  if (repeated) throw new Error(`the field ${repeated} is given twice`)
  return fields
}

function parseField(text: string, taken: readonly string[]): Field {
  const found = /^([\w-]+):([a-z]+)(?:\(([^)]*)\))?(\[\])?([?!]*)$/.exec(text)
  const [, given = '', type = '', argument, list, marks = ''] = found ?? []
  if (!found) throw new Error(`"${text}" is no field: expected ${form}`)
  if (!isType(type)) throw new Error(`"${text}": ${type} is no type; there are ${types.join(', ')}`)
  const isRef = type === 'ref' && !/(?:Id|_id|-id)$/.test(given)
  const name = nameOf(isRef ? `${given}-id` : given, 'a field')
  if (taken.includes(name.camel))
    throw new Error(`"${text}": each resource has its ${name.camel} already`)
  const [isList, isOptional, isUnique] = [
    list !== undefined,
    marks.includes('?'),
    marks.includes('!'),
  ]
  if (isList && ['date', 'datetime', 'json', 'ref'].includes(type))
    throw new Error(`"${text}": there is no list of ${type}`)
  if (isUnique && (isList || !['string', 'integer', 'ref'].includes(type)))
    throw new Error(`"${text}": only a string, an integer or a ref can be unique`)
  const field = { name, type, isList, isOptional, isUnique, ...argumentOf(text, type, argument) }
  if (isUnique && !hasManyValues(field))
    throw new Error(`"${text}": a unique value has a string of 8 characters or a million integers`)
  return field
}

/** Tests take random values, which must not meet. */
const hasManyValues = ({ type, min = 0, max = 0 }: Field) =>
  type === 'ref' || (type === 'string' ? max >= 8 : max - min >= 1_000_000)

const isType = (text: string): text is FieldType => (types as readonly string[]).includes(text)

function argumentOf(text: string, type: FieldType, argument: string | undefined) {
  const nothing = { min: undefined, max: undefined, values: [] }
  if (type === 'enum') return { ...nothing, values: valuesOf(text, argument) }
  if (type === 'ref') {
    if (argument !== 'users') throw new Error(`"${text}": a ref is the id of a user: ref(users)`)
    return nothing
  }
  if (type === 'string') {
    const { min = 1, max = 200 } = boundsOf(text, argument, true)
    if (min < 0 || max > longestString)
      throw new Error(`"${text}": a string has 0 to ${longestString} characters`)
    return { ...nothing, min, max }
  }
  if (type === 'integer') {
    const { min = 0, max = largestInteger } = boundsOf(text, argument, true)
    if (min < -largestInteger - 1 || max > largestInteger)
      throw new Error(`"${text}": an integer has at most 32 bits`)
    return { ...nothing, min, max }
  }
  if (type === 'number') return { ...nothing, ...boundsOf(text, argument, false) }
  if (argument !== undefined) throw new Error(`"${text}": ${type} takes nothing in parentheses`)
  return nothing
}

function valuesOf(text: string, argument = ''): string[] {
  const values = argument.split(',').map((it) => it.trim())
  const areNames = values.every((it) => /^[a-z]\w{0,39}$/i.test(it))
  if (!areNames || new Set(values).size !== values.length)
    throw new Error(`"${text}": an enum lists different words, such as enum(note,question)`)
  return values
}

/** Reads `1..5`, `0..` or `..5`. */
function boundsOf(text: string, argument: string | undefined, areWhole: boolean) {
  if (argument === undefined) return { min: undefined, max: undefined }
  const number = areWhole ? String.raw`-?\d+` : String.raw`-?\d+(?:\.\d+)?`
  const found = new RegExp(`^(${number})?\\.\\.(${number})?$`).exec(argument)
  const [min, max] = [found?.[1], found?.[2]].map((it) =>
    it === undefined ? undefined : Number(it),
  )
  if (!found || (min !== undefined && max !== undefined && min > max))
    throw new Error(`"${text}": expected bounds such as (1..5), (0..) or (..5)`)
  return { min, max }
}
