// Edits of TypeScript files, by their syntax trees. Biome sorts and formats what is inserted.
import ts from 'typescript'

const parse = (text: string) => ts.createSourceFile('edited.ts', text, ts.ScriptTarget.Latest, true)

const inserted = (text: string, at: number, more: string) =>
  `${text.slice(0, at)}${more}${text.slice(at)}`

/** Adds import declarations: those of Node before the first one, below the comment of the file. */
export function withImports(text: string, lines: readonly string[]): string {
  const first = parse(text).statements.find(ts.isImportDeclaration)
  if (first && lines.every((it) => it.includes(`from 'node:`))) {
    return inserted(text, first.getStart(), `${lines.join('\n')}\n`)
  }
  const last = parse(text).statements.findLast(ts.isImportDeclaration)
  return inserted(text, last?.end ?? 0, `\n${lines.join('\n')}`)
}

/** Adds named imports to the declaration that imports from a module, or a declaration. */
export function withNamedImports(text: string, module: string, names: readonly string[]): string {
  if (names.length === 0) return text
  const found = parse(text).statements.find(
    (it): it is ts.ImportDeclaration =>
      ts.isImportDeclaration(it) && (it.moduleSpecifier as ts.StringLiteral).text === module,
  )
  const bindings = found?.importClause?.namedBindings
  if (bindings === undefined || !ts.isNamedImports(bindings)) {
    return withImports(text, [`import { ${names.join(', ')} } from '${module}'`])
  }
  const present = bindings.elements.map((it) => it.name.text)
  const missing = names.filter((it) => !present.includes(it))
  if (missing.length === 0) return text
  return inserted(text, bindings.elements.end, `, ${missing.join(', ')}`)
}

/**
 * Adds properties or elements at the end of the object or array that a variable is declared with.
 * A function stands for the object that it returns.
 * @throws Error if there is no such variable.
 */
export function withElements(text: string, variable: string, elements: string): string {
  const list = initializerOf(parse(text), variable)
  const members = list && (ts.isObjectLiteralExpression(list) ? list.properties : list.elements)
  if (members === undefined)
    throw new Error(`expected a variable ${variable} with an object or a list`)
  const comma = members.length === 0 || members.hasTrailingComma ? '' : ','
  return inserted(text, members.end, `${comma}\n${elements}`)
}

function initializerOf(
  node: ts.Node,
  variable: string,
): ts.ObjectLiteralExpression | ts.ArrayLiteralExpression | undefined {
  if (ts.isVariableDeclaration(node) && node.name.getText() === variable) {
    const { initializer } = node
    const isList =
      initializer &&
      (ts.isObjectLiteralExpression(initializer) || ts.isArrayLiteralExpression(initializer))
    if (isList) return initializer
  }
  if (ts.isFunctionDeclaration(node) && node.name?.text === variable) {
    const last = node.body?.statements.findLast(ts.isReturnStatement)?.expression
    if (last && ts.isObjectLiteralExpression(last)) return last
  }
  return ts.forEachChild(node, (child) => initializerOf(child, variable))
}

/**
 * Adds statements before the one that declares a variable, and before its comment.
 * @throws Error if there is no such variable.
 */
export function withStatementsBefore(text: string, variable: string, statements: string): string {
  const found = parse(text).statements.find(
    (it) =>
      ts.isVariableStatement(it) &&
      it.declarationList.declarations.some(({ name }) => name.getText() === variable),
  )
  if (found === undefined) throw new Error(`expected a variable ${variable}`)
  return inserted(text, found.getStart(undefined, true), `${statements}\n`)
}
