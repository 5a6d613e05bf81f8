// The rule for who may call an operation: schemes whose credentials the engine reads.
import { type Document, type DocumentedOperation, follow, type Reference } from '../document.ts'
import { outlineScheme, outlineSchemes, type SchemeObject } from '../security.ts'
import { type Message, operationRule, type Rule } from './rule.ts'

export const securityRules: readonly Rule[] = [
  operationRule(
    'engine/security',
    'Security names schemes whose credentials the engine reads.',
    checkSecurity,
  ),
]

function checkSecurity(
  { operation, parameters }: DocumentedOperation,
  document: Document,
): Message[] {
  const { security = [] } = operation
  const outlines = outlineSchemes(document)
  const keys = Object.values(outlines).flatMap((it) => (it.type === 'query' ? [it.name] : []))
  const unread = security.flatMap((requirement, index) => {
    const names = Object.keys(requirement)
    const inAuthorization = new Set(names.map((it) => outlines[it]?.type))
    const below = ['security', index]
    return [
      ...names.map((name) => {
        const message = problemOf(document, name)
        return message !== undefined && { below: [...below, name], message }
      }),
      inAuthorization.has('basic') &&
        inAuthorization.has('bearer') && {
          below,
          message: 'a request has one Authorization header, for Basic or a bearer token',
        },
    ]
  })
  const declared = parameters.filter((it) => it.in === 'query' && keys.includes(it.name))
  return [
    ...unread,
    ...declared.map(({ name }) => ({
      below: ['parameters'],
      message: `the query parameter ${name} is an API key; leave it to security`,
    })),
  ]
}

/** Returns why the engine does not read the credentials of a scheme. */
function problemOf(document: Document, name: string): string | undefined {
  const found = document.components.securitySchemes[name]
  if (found === undefined) return `there is no security scheme ${name}`
  const scheme = follow(document, found as SchemeObject | Reference)
  if (outlineScheme(scheme) !== undefined) return undefined
  const kind = [scheme.type, scheme.scheme ?? scheme.in].filter(Boolean).join(' ')
  return `the engine reads no credentials of ${name}, which is ${kind || 'of no type'}`
}
