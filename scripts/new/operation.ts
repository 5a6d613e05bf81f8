// `npm run new -- operation publishPost POST /posts/{postId}/publish --in=posts`
import { type Command, textOf, type Values } from './command.ts'
import { type Field, parseFields } from './fields.ts'
import { type Name, nameOf } from './names.ts'
import { writeOperation } from './write-operation.ts'

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** Who may call it: anyone, each user, the user whom the path names, or superusers alone. */
export type Caller = 'anyone' | 'user' | 'owner' | 'superuser'

/** What a person asks for. */
export interface Asked {
  readonly name: Name
  readonly method: string
  readonly path: string
  /** The feature whose handlers it joins; that which the path names, if undefined. */
  readonly feature: string | undefined
  readonly caller: Caller | undefined
  readonly body: readonly Field[]
  /** A schema that exists, or the fields of a new one; undefined for what the path suggests. */
  readonly returns: string | readonly Field[] | undefined
}

export const operation: Command = {
  usage: `npm run new -- operation <operationId> <METHOD> <path> ["<fields of the body>"]
  --in=<feature>     the feature whose handlers it joins, instead of the one that the path names
  --returns=<what>   a schema such as User, or fields such as "views:integer"
  --public, --admin  for everyone, or for superusers alone`,
  options: {
    in: { type: 'string' },
    returns: { type: 'string' },
    public: { type: 'boolean' },
    admin: { type: 'boolean' },
  },

  read(positionals, values) {
    const asked = askedFor(positionals, values)
    return (copy) => writeOperation(copy, asked)
  },
}

function askedFor(positionals: readonly string[], values: Values): Asked {
  const [id = '', given = '', path = '', ...fields] = positionals
  const name = nameOf(id, 'an operation')
  const method = given.toLowerCase()
  if (!methods.includes(method))
    throw new Error(`"${given}" is no method; there are ${methods.join(', ').toUpperCase()}`)
  refuseWrongPath(path)
  if (fields.length > 0 && ['get', 'delete'].includes(method))
    throw new Error(`a ${method.toUpperCase()} has no body: leave out "${fields.join(' ')}"`)
  if (values.public && values.admin) throw new Error('--public and --admin exclude each other')
  const returns = returnsOf(textOf(values, 'returns'))
  if (method === 'get' && returns === undefined)
    throw new Error('a GET answers something: --returns=User, or --returns="views:integer"')
  const body = fields.length > 0 ? parseFields(fields.join(' '), []) : []
  const caller = values.public ? 'anyone' : values.admin ? 'superuser' : undefined
  return { name, method, path, feature: textOf(values, 'in'), caller, body, returns }
}

function refuseWrongPath(path: string) {
  if (/^(\/([a-z][a-z0-9-]*|\{[a-z]\w*\}))+$/.test(path)) return
  const form = 'segments in kebab-case and parameters in camelCase: /posts/{postId}/publish'
  throw new Error(`"${path}" is no path: expected ${form}`)
}

/** Reads `User` or fields. */
function returnsOf(text: string | undefined): string | readonly Field[] | undefined {
  return text === undefined || /^[A-Z]\w*$/.test(text) ? text : parseFields(text, [])
}
