// What a handler is given of a valid body: the members that its schema declares, and the defaults of those
// that are missing. The functions that codegen writes into `generated/validators.js` collect both, schema
// by schema; nothing changes before all of them have seen the value as it was sent.
import type { Validator } from './operation.ts'

interface Received {
  /** By object, the names that schemas declare of it; null for any. */
  readonly declared: Map<object, ReadonlySet<string> | null>
  /** Members that only responses have. */
  readonly hidden: { readonly object: Members; readonly names: readonly string[] }[]
  readonly defaults: { readonly object: Members; readonly name: string; readonly value: unknown }[]
}

type Members = Record<string, unknown>

/** Collects what a schema says of a value. */
type Collect = (value: unknown, received: Received) => void

/** Returns a validator that leaves in a valid value what its handler is given. */
export function received(validate: Validator, collect: Collect): Validator {
  const check: Validator = (value) => {
    const isValid = validate(value)
    check.errors = validate.errors ?? null
    if (isValid) {
      const found: Received = { declared: new Map(), hidden: [], defaults: [] }
      collect(value, found)
      apply(found)
    }
    return isValid
  }
  return check
}

function apply({ declared, hidden, defaults }: Received): void {
  for (const { object, names } of hidden) {
    for (const name of names) delete object[name]
  }
  for (const [object, names] of declared) {
    if (names === null) continue
    for (const name of Object.keys(object)) {
      if (!names.has(name)) delete (object as Members)[name]
    }
  }
  for (const { object, name, value } of defaults) object[name] = value
}

/** Adds names to those that other schemas declare of the same object; null stands for any name. */
export function declare(
  { declared }: Received,
  object: object,
  names: ReadonlySet<string> | null,
): void {
  const others = declared.get(object)
  if (others === undefined) declared.set(object, names)
  else if (others !== null) declared.set(object, names && new Set([...others, ...names]))
}

/** Adds the names that match a pattern. */
export function declareMatching(to: Received, object: object, pattern: RegExp): void {
  declare(to, object, new Set(Object.keys(object).filter((it) => pattern.test(it))))
}

/** Leaves out members that only responses have. */
export function hide({ hidden }: Received, object: Members, names: readonly string[]): void {
  hidden.push({ object, names })
}

/** Returns a member, or the default that it will have. */
export function withDefault(
  { defaults }: Received,
  object: Members,
  name: string,
  value: unknown,
): unknown {
  if (object[name] !== undefined) return object[name]
  const own = structuredClone(value)
  defaults.push({ object, name, value: own })
  return own
}
