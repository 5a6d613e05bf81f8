// What declarations mean for the code around them.
import ts from 'typescript'

/** Tells whether a name is only given a value, in a statement of its own. */
export function isAssigned(node: ts.Identifier): boolean {
  const { parent } = node
  const isAssignment =
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  return isAssignment && ts.isExpressionStatement(parent.parent)
}

/** Returns the names that a node declares for the code around it. */
export function declaredNames(node: ts.Node): ts.Identifier[] {
  const nested = declarationsIn(node).flatMap((it) => (it ? declaredNames(it) : []))
  const name = ts.getNameOfDeclaration(node as ts.Declaration)
  return name && ts.isIdentifier(name) ? [name, ...nested] : nested
}

function declarationsIn(node: ts.Node): readonly (ts.Node | undefined)[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations
  if (ts.isImportDeclaration(node)) return [node.importClause]
  if (ts.isImportClause(node)) return [node.namedBindings]
  if (ts.isNamedImports(node) || ts.isObjectBindingPattern(node)) return node.elements
  if (ts.isVariableDeclaration(node) || ts.isBindingElement(node)) return [node.name]
  return []
}

/** Tells whether only its own file can use a declaration, so that the linter reports it once it is unused. */
export function isLocal(node: ts.Node): boolean {
  if (ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node))
    return true
  if (ts.isBindingElement(node)) return !isExported(node)
  // What `declare module` adds belongs to the module of another file.
  if (ts.isModuleBlock(node.parent)) return false
  const isDeclared =
    ts.isVariableDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node)
  return isDeclared && !isExported(node)
}

/** Tells whether other files can use a declaration. */
export const isExported = (node: ts.Declaration) =>
  (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export) !== 0

/** Returns the names of properties that files add to an interface of another one, as jobs do. */
export function addedNames(checker: ts.TypeChecker, files: readonly ts.SourceFile[]): Set<string> {
  const added = files
    .flatMap((it) => it.statements.filter(ts.isModuleDeclaration))
    .filter(({ name }) => name.text.startsWith('.'))
    .flatMap(({ body }) => (body && ts.isModuleBlock(body) ? body.statements : []))
    .filter(ts.isInterfaceDeclaration)
    .flatMap(({ members, heritageClauses = [] }) => {
      const types = heritageClauses.flatMap((it) => it.types.map(checker.getTypeAtLocation))
      const inherited = types.flatMap((it) => it.getProperties().map((its) => its.name))
      return [...inherited, ...members.map((it) => it.name?.getText() ?? '')]
    })
  return new Set(added.map((it) => it.replace(/^['"]|['"]$/g, '')))
}

/** Tells whether a node is another one, or a part of it. */
export function isWithin(node: ts.Node, outer: ts.Node): boolean {
  for (let it: ts.Node | undefined = node; it; it = it.parent) if (it === outer) return true
  return false
}

/** Returns what an import stands for, or the symbol itself. */
export function aliased(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
}
