// Text that PostgreSQL cannot store is refused in every part of a request, before anything uses it.
import { type FieldError, maxFieldErrors, pointer } from './errors.ts'

const storageDetail = 'must be text without NUL characters or lone surrogates'

/**
 * Tells whether PostgreSQL can store a text: it takes neither NUL (U+0000) nor half of a surrogate pair, so
 * no part of a request may hold them.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

interface Place {
  readonly value: unknown
  readonly depth: number
  readonly name?: string
  readonly parent?: Place
}

/** No pointer holds as many names; a deeper text gets the pointer of its parent. */
const maxNames = 250

/** Returns a field error for each text below `part` that cannot be stored, names of members included. */
export function storageErrorsOf(value: unknown, part: string): readonly FieldError[] {
  const errors: FieldError[] = []
  // A list instead of recursion: a body may be nested as deeply as its size allows.
  const left: Place[] = [{ value, depth: 0 }]
  for (let at = left.pop(); at && errors.length < maxFieldErrors; at = left.pop()) {
    if (typeof at.value === 'string' && !isStorable(at.value)) {
      errors.push({ pointer: pointerTo(at, part), detail: storageDetail })
    }
    if (typeof at.value !== 'object' || at.value === null) continue
    for (const [name, it] of Object.entries(at.value)) {
      if (!isStorable(name)) errors.push({ pointer: pointerTo(at, part), detail: storageDetail })
      if (typeof it !== 'string' && typeof it !== 'object') continue
      const isNamed = at.depth < maxNames
      left.push(
        isNamed ? { value: it, depth: at.depth + 1, name, parent: at } : { ...at, value: it },
      )
    }
  }
  return errors
}

function pointerTo({ name, parent }: Place, part: string): string {
  return parent === undefined || name === undefined ? part : pointer(pointerTo(parent, part), name)
}
