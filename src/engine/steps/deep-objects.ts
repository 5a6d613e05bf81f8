// The style `deepObject`: `filter[size][min]=1`, and lists as `tag[]=a`, `tag[0]=a` or `tag=a`.
import type { Shape } from '../operation.ts'
import { scalarOf } from './scalars.ts'

type Values = Record<string | number, unknown>

/** Returns what adds the pairs of a name; undefined where no parameter of these has it. */
export function deepMember(
  deep: ReadonlyMap<string, Shape>,
  name: string,
  decode: (text: string) => string,
): ((values: Values, raw: string) => boolean) | undefined {
  const open = name.indexOf('[')
  const parameter = open < 0 ? name : name.slice(0, open)
  const shape = deep.get(parameter)
  if (shape === undefined) return undefined
  const keys = open < 0 ? [] : keysIn(name.slice(open))
  return keys && ((values, raw) => setAt(values, parameter, shape, keys, decode(raw)))
}

/** Returns the keys of `[size][min]`; undefined where the brackets do not match. */
function keysIn(brackets: string): string[] | undefined {
  const isWhole = /^(?:\[[^[\]]*\])+$/.test(brackets)
  return isWhole ? brackets.slice(1, -1).split('][') : undefined
}

/** Sets a text below a key; returns false where it is there already, or where items are left out before it. */
function setAt(
  holder: object,
  key: string | number,
  { types, items, members, others }: Shape,
  [next, ...rest]: readonly string[],
  text: string,
): boolean {
  const values = holder as Values
  if (next === undefined) {
    if (items && (types.length === 0 || Array.isArray(values[key]))) {
      return add(values, key, '', items, rest, text)
    }
    if (key in values) return false
    values[key] = scalarOf(text, types)
    return true
  }
  if (items && /^\d*$/.test(next) && !(members && Object.hasOwn(members, next))) {
    return add(values, key, next, items, rest, text)
  }
  values[key] ??= Object.create(null)
  const object = values[key]
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return false
  // What has no members is an object for the schema to reject.
  if (!items && !members && !others) {
    const own = object as Values
    own[next] = text
    return true
  }
  const member = members && Object.hasOwn(members, next) ? members[next] : others
  return member === undefined || setAt(object, next, member, rest, text)
}

/** Adds to the list below a key: behind its last item where the position is empty. */
function add(
  values: Values,
  key: string | number,
  position: string,
  items: Shape,
  rest: readonly string[],
  text: string,
): boolean {
  values[key] ??= []
  const list = values[key]
  const isOpen = position === '' && rest.length === 0
  if (!Array.isArray(list) || (position === '' && !isOpen)) return false
  const index = isOpen ? list.length : Number(position)
  return index <= list.length && setAt(list, index, items, rest, text)
}

/** Returns the pairs of a value, each with an ampersand behind it. */
export function writeDeep(name: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return `${encodeURIComponent(name)}=${encodeURIComponent(value === null ? '' : String(value))}&`
  }
  return Object.entries(value)
    .map(([key, it]) => writeDeep(`${name}[${key}]`, it))
    .join('')
}
