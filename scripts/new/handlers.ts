// Reads and edits the handlers of a feature, by the syntax tree.
import ts from 'typescript'

/** A function that returns handlers, such as `postHandlers`. */
export interface HandlerSet {
  readonly operations: readonly string[]
  /** Where more handlers and the names of their operations are inserted. */
  readonly endOfHandlers: number
  readonly endOfNames: number
}

/** A handler that another one can begin as. */
export interface Sample {
  readonly parameters: string
  /** Its statements before the last one, which returns. */
  readonly before: string
  readonly returned: string
}

const parse = (text: string) =>
  ts.createSourceFile('handlers.ts', text, ts.ScriptTarget.Latest, true)

/** Returns the functions that return handlers. */
export function handlerSets(text: string): HandlerSet[] {
  const source = parse(text)
  return source.statements.filter(ts.isFunctionDeclaration).flatMap((it) => {
    const object = returnedObject(it)
    const names = namesIn(source, it.type)
    if (object === undefined || names === undefined) return []
    const operations = object.properties.flatMap(({ name }) => name?.getText() ?? [])
    return [{ operations, endOfHandlers: object.properties.end, endOfNames: names.end }]
  })
}

/** Returns the object literal that a function returns in the end. */
function returnedObject({ body }: ts.FunctionDeclaration): ts.ObjectLiteralExpression | undefined {
  const last = body?.statements.at(-1)
  const returned = last && ts.isReturnStatement(last) ? last.expression : undefined
  return returned && ts.isObjectLiteralExpression(returned) ? returned : undefined
}

/** Returns the second argument of `Pick<Handlers, …>`, which a type is or stands for. */
function namesIn(source: ts.SourceFile, type: ts.TypeNode | undefined): ts.TypeNode | undefined {
  if (type === undefined || !ts.isTypeReferenceNode(type)) return undefined
  const [from, names] = type.typeArguments ?? []
  if (type.typeName.getText() === 'Pick' && from?.getText() === 'Handlers') return names
  const alias = source.statements.find(
    (it): it is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(it) && it.name.text === type.typeName.getText(),
  )
  return alias && namesIn(source, alias.type)
}

/** Adds a handler to a set. */
export function withHandler(text: string, set: HandlerSet, id: string, handler: string): string {
  const edits = [
    { at: set.endOfNames, more: ` | '${id}'` },
    { at: set.endOfHandlers, more: `${isAfterComma(text, set) ? '' : ','}\n\n${handler},` },
  ]
  return edits
    .sort((a, b) => b.at - a.at)
    .reduce((all, { at, more }) => all.slice(0, at) + more + all.slice(at), text)
}

const isAfterComma = (text: string, { endOfHandlers }: HandlerSet) =>
  text.slice(0, endOfHandlers).trimEnd().endsWith(',')

/** Returns the parts of a handler; undefined if it is no method that returns in its last statement alone. */
export function sampleOf(text: string, operationId: string): Sample | undefined {
  const methods = parse(text)
    .statements.filter(ts.isFunctionDeclaration)
    .flatMap((it) => [...(returnedObject(it)?.properties ?? [])])
  const method = methods.find((it) => it.name?.getText() === operationId)
  if (method === undefined || !ts.isMethodDeclaration(method)) return undefined
  const { body, parameters } = method
  const last = body?.statements.at(-1)
  if (body === undefined || last === undefined || !ts.isReturnStatement(last)) return undefined
  return {
    parameters: parameters.map((it) => it.getText()).join(', '),
    before: body.statements
      .slice(0, -1)
      .map((it) => it.getText())
      .join('\n'),
    returned: last.getText(),
  }
}
