// Writes the authenticators of an adopted service: stubs that accept one credential on a developer's machine,
// and nothing anywhere else.
import type { SecurityScheme } from '../../src/engine/operation.ts'
import { type Compiled, literal } from '../contract/try/compile.ts'

/** What an adopted service accepts on a developer's machine. */
export const developmentCredential = 'development'

/** Returns the source of `src/features/authenticators.ts`; undefined for a contract without schemes. */
export function authenticatorsSource({ operations, securitySchemes }: Compiled) {
  const schemes = Object.entries(securitySchemes)
  if (schemes.length === 0) return undefined
  const scopes = new Set(
    Object.values(operations).flatMap(({ security }) =>
      security.flatMap((it) => Object.values(it).flat()),
    ),
  )
  return `// Who calls: an authenticator for each security scheme of the contract. None of them is written yet. On a
// developer's machine (ENVIRONMENT=local) they accept \`${developmentCredential}\` as a token, an API key or a password;
// anywhere else they accept nothing, so that each secured operation answers 401.
//
// To write one, find the user whose credentials these are, and return their id and scopes; null where there is
// none. It may be async, and throw what the database throws.
import type { Authenticators, Principal } from '../contract.ts'

const developmentCredential = '${developmentCredential}'

/** Has every scope of the contract. */
const developer: Principal = { id: 'developer', owns: {}, scopes: ${literal([...scopes])} }

export function stubAuthenticators({ local }: { readonly local: boolean }): Authenticators {
  const find = (sent: string) => (local && sent === developmentCredential ? developer : null)
  return {
${schemes.map(([name, it]) => authenticator(name, it)).join('\n\n')}
  }
}
`
}

function authenticator(name: string, scheme: SecurityScheme): string {
  const member = JSON.stringify(name)
  if (scheme.type === 'basic') {
    return `/** Gets the user name and the password in the header Authorization. */\n${member}: async ({ password }) => find(password),`
  }
  if (scheme.type === 'bearer') {
    return `/** Gets the token in the header Authorization. */\n${member}: async (token) => find(token),`
  }
  const { type, name: key } = scheme
  return `/** Gets the API key in the ${words[type]} ${key}. */\n${member}: async (key) => find(key),`
}

const words = { header: 'header', query: 'query parameter', cookie: 'cookie' } as const
