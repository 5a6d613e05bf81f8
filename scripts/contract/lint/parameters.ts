// Rules for paths, parameters and response headers.
import {
  type Document,
  type DocumentedOperation,
  eachMethod,
  eachOperation,
  follow,
  headersOf,
  isIgnored,
  type Parameter,
  type Schema,
} from '../document.ts'
import { parameterProblem, parameterTable } from '../parameters.ts'
import { isSetCookie } from '../responses.ts'
import { type Finding, operationRule, type Pointer, type Rule } from './rule.ts'

export const parameterRules: readonly Rule[] = [
  {
    id: 'engine/path',
    summary: 'A path can be told from every other, and each of its parameters is declared.',
    check: checkPaths,
  },
  {
    id: 'engine/parameter-type',
    summary: 'A parameter has a style and a schema that the engine reads.',
    check: (document) => [
      ...listedParameters(document).flatMap(({ at, parameter, path }) => {
        const message =
          parameterProblem(document, parameter) ?? sharedSegment(document, parameter, path)
        return message === undefined ? [] : [{ at, message }]
      }),
      ...headerTypes.check(document, {}),
    ],
  },
  {
    id: 'engine/ignored-header',
    summary: 'No parameter is a header that OpenAPI ignores.',
    isWarning: true,
    // The document that the generators get has none of them.
    isForSource: true,
    check: (document) =>
      listedParameters(document)
        .filter(({ parameter }) => isIgnored(parameter))
        .map(({ at, parameter: { name } }) => ({
          at,
          message: `the header parameter ${name} is ignored; ${insteadOf(name)}`,
        })),
  },
]

function insteadOf(header: string): string {
  switch (header.toLowerCase()) {
    case 'accept':
      return 'the content of the responses says what Accept may hold'
    case 'content-type':
      return 'the content of the requestBody says what Content-Type may hold'
    default:
      return 'security says what Authorization may hold'
  }
}

interface ListedParameter {
  readonly at: Pointer
  readonly parameter: Parameter
  readonly path: string
}

/** Returns every parameter once, with the place where a path or an operation lists it. */
function listedParameters(document: Document): ListedParameter[] {
  const of = (
    path: string,
    parent: Pointer,
    list: DocumentedOperation['operation']['parameters'],
  ) =>
    (list ?? []).map((it, index) => ({
      at: [...parent, 'parameters', index],
      parameter: follow<Parameter>(document, it),
      path,
    }))
  return [
    ...Object.entries(document.paths).flatMap(([path, item]) =>
      of(path, ['paths', path], item.parameters),
    ),
    ...[...eachMethod(document)].flatMap(({ path, method, operation }) =>
      of(path, ['paths', path, method], operation.parameters),
    ),
  ]
}

const namesIn = (path: string) => [...path.matchAll(/\{([^}]*)\}/g)].map((it) => it[1] ?? '')

function checkPaths(document: Document): Finding[] {
  const firstOf = new Map<string, string>()
  const findings: Finding[] = []
  for (const path of Object.keys(document.paths)) {
    const shape = path.replace(/\{[^}]*\}/g, '{}')
    const first = firstOf.get(shape)
    if (first === undefined) firstOf.set(shape, path)
    const names = namesIn(path)
    const messages = [
      first !== undefined && `the path differs from ${first} in the names of parameters alone`,
      path.includes('#') && 'a path has no #: clients do not send what stands behind it',
      !path.startsWith('/') && 'a path begins with /',
      /[*?%\s]/.test(path.replace(/\{[^}]*\}/g, '')) &&
        'a path has none of * ? % and spaces: they are not sent as they are',
      path.includes('}{') && 'two parameters of a path need text between them',
      new Set(names).size < names.length && 'a path has a parameter twice',
    ]
    for (const message of messages) if (message) findings.push({ at: ['paths', path], message })
  }
  for (const { path, method, parameters } of eachOperation(document)) {
    const names = namesIn(path)
    const declared = parameters.filter((it) => it.in === 'path').map((it) => it.name)
    const at = ['paths', path, method]
    for (const it of names) {
      if (!declared.includes(it))
        findings.push({ at, message: `the path parameter ${it} is not declared` })
    }
    for (const it of declared) {
      if (!names.includes(it)) findings.push({ at, message: `the path has no parameter ${it}` })
    }
  }
  return findings
}

/** Returns why a list or an object in a path cannot be read where its segment has other text. */
function sharedSegment(document: Document, parameter: Parameter, path: string) {
  const { name, in: place } = parameter
  if (place !== 'path' || path.split('/').includes(`{${name}}`)) return undefined
  const isShaped = parameterTable(document, [parameter])[name]?.type === 'shaped'
  return isShaped ? `the path parameter ${name} must have its segment to itself` : undefined
}

const headerTypes = operationRule('engine/parameter-type', '', ({ operation }, document) =>
  Object.entries(operation.responses).flatMap(([status, response]) =>
    headersOf(document, follow(document, response)).map((it) => {
      const below = ['responses', status, 'headers', it.name]
      const message = parameterProblem(document, it) ?? cookieProblem(document, it, operation)
      return message !== undefined && { below, message }
    }),
  ),
)

/** Returns why several cookies cannot be set as a header declares it. */
function cookieProblem(
  document: Document,
  { name, schema }: Parameter,
  operation: DocumentedOperation['operation'],
): string | undefined {
  if (!isSetCookie(name)) return undefined
  const isText = (it: Schema | undefined) => follow<Schema>(document, it ?? {}).type === 'string'
  const { type, items } = follow<Schema>(document, schema)
  if (!isText(schema) && !(type === 'array' && isText(items)))
    return 'Set-Cookie is a text, or a list of texts'
  return operation['x-cache'] && 'x-cache would give the cookies of one caller to others'
}
