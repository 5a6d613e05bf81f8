// Text that no request may hold, in any place: PostgreSQL stores neither NUL (U+0000) nor half of a
// surrogate pair.
import { type FieldError, maxFieldErrors, pointer } from './errors.ts'

const detail = 'must be text without NUL characters or lone surrogates'

export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** The escape sequences by which JSON can hold such text; its bytes are valid UTF-8 without NUL. */
const suspicious = /\\u(0000|d[89a-f])/i

/** Returns a field error for each text in parsed JSON that cannot be stored. */
export function unstorableInJson(json: string, parsed: unknown): readonly FieldError[] {
  return suspicious.test(json) ? unstorable(parsed, '/body') : []
}

interface Place {
  readonly value: unknown
  readonly depth: number
  readonly name?: string
  readonly parent?: Place
}

/** A pointer is cut off before it has as many names; what is deeper gets the pointer of its parent. */
const maxNames = 250

/** Returns a field error for each text below `part` that cannot be stored. */
export function unstorable(value: unknown, part: string): readonly FieldError[] {
  const errors: FieldError[] = []
  // A list instead of recursion: a body may be nested as deeply as its size allows.
  const left: Place[] = [{ value, depth: 0 }]
  for (let at = left.pop(); at && errors.length < maxFieldErrors; at = left.pop()) {
    if (typeof at.value === 'string' && !isStorable(at.value)) {
      errors.push({ pointer: pointerTo(at, part), detail })
    }
    if (typeof at.value !== 'object' || at.value === null) continue
    for (const [name, it] of Object.entries(at.value)) {
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
