// The forms of a name: what a person types becomes a path, a table, a type and a sentence.

export interface Name {
  /** `orderItem` */
  readonly camel: string
  /** `OrderItem` */
  readonly pascal: string
  /** `order_item` */
  readonly snake: string
  /** `order-item` */
  readonly kebab: string
  /** `order item` */
  readonly spoken: string
}

/** What TypeScript or JavaScript does not allow as the name of a variable, or would read as something else. */
const reserved = new Set(
  `arguments async await boolean break case catch class const constructor continue debugger default delete
  do else enum eval export extends false finally for function if implements import in instanceof interface
  let new null package private protected prototype public return static super switch
  this throw true try typeof undefined var void while with yield`.split(/\s+/),
)

/**
 * Returns the forms of a name that is given as `orderItems`, `order-items` or `order_items`.
 * @throws Error for anything that is no identifier; `what` says of what.
 */
export function nameOf(given: string, what: string): Name {
  const words = given
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_]/)
  const isName = words.every((it) => /^[a-z][a-z0-9]*$/.test(it)) && given.length <= 40
  const camel = words.map((it, index) => (index === 0 ? it : capitalized(it))).join('')
  if (!isName || reserved.has(camel)) {
    const rule =
      'letters and digits that begin with a letter, such as orderItems, and no reserved word'
    throw new Error(`"${given}" is no name for ${what}: it takes ${rule}`)
  }
  return {
    camel,
    pascal: capitalized(camel),
    snake: words.join('_'),
    kebab: words.join('-'),
    spoken: words.join(' '),
  }
}

/**
 * Returns the singular of a plural that a person gives.
 * @throws Error where its last word is no regular plural; `--singular` states it then.
 */
export function singularOf(plural: string): string {
  const keepsIe = /(?:a|e|o|u|mov|cook|^t|^p)ies$/i.test(plural)
  if (/ies$/.test(plural) && !keepsIe) return `${plural.slice(0, -3)}y`
  if (/(?:ss|sh|ch|x)es$/.test(plural)) return plural.slice(0, -2)
  if (/[^su]s$/.test(plural)) return plural.slice(0, -1)
  throw new Error(`"${plural}" is no regular plural; state the singular with --singular`)
}

/** Returns a noun with its article: `a post`, `an order`. */
export const withArticle = (noun: string) => `${/^(?:a|e|i|o|u)/.test(noun) ? 'an' : 'a'} ${noun}`

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** Returns the first letter of a sentence as a capital. */
export const sentence = (text: string) => capitalized(text)
