// Our rules as plugins of Redocly, one for each kind: `engine/…` and `style/…`.
import { dirname } from 'node:path'
import type { Document } from '../document.ts'
import { expand, isShort } from '../expand.ts'
import { typeExtension } from '../extensions.ts'
import { normalize } from '../normalize.ts'
import { type Assembled, assemble, type RuleContext } from './assemble.ts'
import type { Options, Rule } from './rule.ts'
import { rules } from './rules.ts'

const assembled = new WeakMap<object, Assembled & { readonly complete: () => Document }>()

/** Returns the contract whose root Redocly visits, as it is written and completed by the rules. */
function read(root: object, context: RuleContext) {
  const known = assembled.get(root)
  if (known !== undefined) return known
  const contract = assemble(root, context)
  let complete: Document | undefined
  const read = {
    ...contract,
    complete: () => {
      complete ??= completed(contract.document)
      return complete
    },
  }
  assembled.set(root, read)
  return read
}

function completed(source: Document): Document {
  const document = normalize(source)
  return isShort(document) ? expand(document) : document
}

/** Returns the plugin with all rules of a kind. */
export function pluginOf(kind: 'engine' | 'style') {
  const own = rules.filter(({ id }) => id.startsWith(`${kind}/`))
  const visitors = own.map((rule) => [rule.id.slice(kind.length + 1), visitorOf(rule)])
  return { id: kind, rules: { oas3: Object.fromEntries(visitors) }, typeExtension }
}

function visitorOf({ check, isForSource }: Rule) {
  return (options: Options) => ({
    Root: (root: object, context: RuleContext) => {
      const contract = read(root, context)
      // Every rule would report what follows from the part that is missing.
      if (!contract.isWhole) return
      const folder = dirname(context.location.source.absoluteRef)
      try {
        const document = isForSource ? contract.document : contract.complete()
        for (const { at, message } of check(document, options, folder)) {
          context.report({ message, location: contract.locate(at) })
        }
      } catch (error) {
        // Rules take a document of the right structure; Redocly's own rules report where it is not.
        const reason = error instanceof Error ? error.message : error
        context.report({ message: `could not be checked: ${reason}`, location: context.location })
      }
    },
  })
}
