// The names that a service gets from the title of its contract.
import type { Document } from '../contract/document.ts'

export interface Names {
  /** The title of the contract. */
  readonly title: string
  /** The name of the package, and the issuer of tokens. */
  readonly name: string
  /** The name of the database, and the prefix in Redis. */
  readonly database: string
}

const packageName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Returns the names of a service. @throws Error for a name that no package can have. */
export function namesOf({ info }: Document, wanted?: string): Names {
  const name = wanted ?? (kebab(info.title) || 'service')
  if (!packageName.test(name) || name.length > 60) {
    throw new Error(
      `${name} cannot be the name of a package: use at most 60 small letters, digits and hyphens, as in --name their-service`,
    )
  }
  return { title: info.title, name, database: name.replaceAll('-', '_') }
}

/** Returns text in small letters and hyphens; empty for one without Latin letters. */
export function kebab(text: string): string {
  return wordsOf(text)
    .join('-')
    .slice(0, 60)
    .replace(/-[^-]*$/, (it) => (text.length > 60 ? '' : it))
}

/** Returns text as `camelCase`. */
export function camel(text: string): string {
  const [first = '', ...others] = wordsOf(text)
  return first + others.map((it) => it.charAt(0).toUpperCase() + it.slice(1)).join('')
}

/** Returns the words of a text in small letters; the first one begins with a letter. */
function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/^[^a-z]+/, '')
    .split(/[^a-z0-9]+/)
    .filter((it) => it !== '')
}
