// What a rule of the contract is. Rules are pure functions over the bundled document, so that the
// lint (as a plugin of Redocly) and codegen run the same ones.
import {
  type Document,
  type DocumentedOperation,
  eachOperation,
  type Pointer,
} from '../document.ts'

export type { Pointer }

export interface Finding {
  /** A place that is missing stands for the nearest one that exists. */
  readonly at: Pointer
  /** Names the field and says what is expected of it. */
  readonly message: string
}

/** What `redocly.yaml` sets for a rule beside its severity. */
export type Options = Readonly<Record<string, unknown>>

export interface Rule {
  /** `engine/…` is what the engine does not support, `style/…` what a team may relax. */
  readonly id: `${'engine' | 'style'}/${string}`
  /** One sentence that says what holds in a contract that keeps the rule. */
  readonly summary: string
  /** What it finds may be meant: the lint warns, and codegen goes on. */
  readonly isWarning?: true
  /** Checks the contract as it is written, without what `expand` adds. */
  readonly isForSource?: true
  /** The folder is that of the source files, which codegen does not know. */
  readonly check: (document: Document, options: Options, folder?: string) => readonly Finding[]
}

/** Says what is wrong with an operation, and where below it; false where nothing is wrong. */
export type Message = string | false | { readonly below: Pointer; readonly message: string }

/** Returns a rule that checks each operation by itself. */
export function operationRule(
  id: Rule['id'],
  summary: string,
  check: (found: DocumentedOperation, document: Document, options: Options) => Iterable<Message>,
): Rule {
  return {
    id,
    summary,
    check: (document, options) =>
      [...eachOperation(document)].flatMap((found) => {
        const place = ['paths', found.path, found.method]
        return [...check(found, document, options)].flatMap((it) => {
          if (it === false) return []
          if (typeof it === 'string') return [{ at: place, message: it }]
          return [{ at: [...place, ...it.below], message: it.message }]
        })
      }),
  }
}

/** Returns a list of strings from the options. @throws Error when the option has another form. */
export function textsOf(options: Options, name: string, fallback: readonly string[]) {
  const value = options[name] ?? fallback
  if (Array.isArray(value) && value.every((it) => typeof it === 'string')) return value
  throw new Error(`the option ${name} in redocly.yaml must be a list of strings`)
}
