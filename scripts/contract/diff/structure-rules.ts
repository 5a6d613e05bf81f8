// The rules for schemas with parts: objects, arrays and unions. Objects are closed, so a request with a
// removed property is invalid; an added property of a response breaks no client.
import { type Node, pointer } from './node.ts'
import { always, changed, type Found, narrows, type Rule, widens } from './rule.ts'

export const structureRules: readonly Rule<Node>[] = [
  {
    name: 'property removed',
    ...always('breaking'),
    find: (before, after) =>
      absent(before, after).map((it) => ({ at: property(before, it), what: 'removed' })),
  },
  {
    name: 'required property added',
    ...narrows,
    find: (before, after) =>
      absent(after, before)
        .filter((it) => isRequired(after, it))
        .map((it) => ({ at: property(after, it), what: 'added, required' })),
  },
  {
    name: 'optional property added',
    ...always('compatible'),
    find: (before, after) =>
      absent(after, before)
        .filter((it) => !isRequired(after, it))
        .map((it) => ({ at: property(after, it), what: 'added, optional' })),
  },
  {
    name: 'property became required',
    ...narrows,
    find: (before, after) => necessity(before, after, false, 'became required'),
  },
  {
    name: 'property became optional',
    ...widens,
    find: (before, after) => necessity(before, after, true, 'became optional'),
  },
  {
    name: 'object closed',
    ...narrows,
    find: changed('additionalProperties', (old, now) => isOpen(old) && !isOpen(now)),
  },
  {
    // Clients ignore properties that they do not know, as they do with a new optional one.
    name: 'object opened',
    ...always('compatible'),
    find: changed('additionalProperties', (old, now) => !isOpen(old) && isOpen(now)),
  },
  { name: 'items introduced', ...narrows, find: changed('items', (old) => old === undefined) },
  { name: 'items dropped', ...widens, find: changed('items', (_, now) => now === undefined) },
  {
    name: 'branch removed',
    ...narrows,
    find: (before, after) => onlyBranches(before, after, 'removed'),
  },
  {
    name: 'branch added',
    ...widens,
    find: (before, after) => onlyBranches(after, before, 'added'),
  },
  {
    name: 'discriminator changed',
    ...always('breaking'),
    find: (before, after) =>
      discriminator(before)?.propertyName === discriminator(after)?.propertyName
        ? []
        : changed('discriminator')(before, after),
  },
]

const propertiesOf = ({ value }: Node) => (value.properties ?? {}) as Record<string, unknown>
const property = (node: Node, name: string) => pointer(node.at, 'properties', name)
const isRequired = ({ value }: Node, name: string) =>
  ((value.required ?? []) as string[]).includes(name)
/** Tells whether a schema accepts additional properties; a schema for them accepts some. */
const isOpen = (value: unknown) => value !== false

/** Returns the properties that only the first of two objects has. */
function absent(those: Node, these: Node): string[] {
  const others = propertiesOf(these)
  return Object.keys(propertiesOf(those)).filter((it) => !Object.hasOwn(others, it))
}

function necessity(before: Node, after: Node, was: boolean, what: string): Found[] {
  return Object.keys(propertiesOf(after))
    .filter((it) => Object.hasOwn(propertiesOf(before), it))
    .filter((it) => isRequired(before, it) === was && isRequired(after, it) === !was)
    .map((it) => ({ at: property(after, it), what }))
}

interface Discriminator {
  readonly propertyName?: string
  readonly mapping?: Readonly<Record<string, string>>
}

function discriminator({ value }: Node): Discriminator | undefined {
  return value.discriminator as Discriminator | undefined
}

/**
 * Returns the branches of a union by their discriminator value, so that a renamed or moved branch stays
 * the same. Without such a value, a branch goes by its reference or its position.
 */
export function branchesOf(node: Node): Map<string, Node> {
  const mapping = Object.entries(discriminator(node)?.mapping ?? {})
  const all = ['oneOf', 'anyOf'].flatMap((key) => {
    const branches = (node.value[key] ?? []) as { $ref?: string }[]
    return branches.map((value, index): [string, Node] => {
      const named = mapping.find(([, target]) => target === value.$ref)?.[0]
      const name = named ?? value.$ref ?? String(index)
      return [`${key} ${name}`, { value: { ...value }, at: pointer(node.at, key, index) }]
    })
  })
  return new Map(all)
}

function onlyBranches(those: Node, these: Node, word: string): Found[] {
  const others = branchesOf(these)
  return [...branchesOf(those)]
    .filter(([name]) => !others.has(name))
    .map(([name, { at }]) => ({ at, what: `the branch ${name.replace(/^\w+ /, '')} is ${word}` }))
}
