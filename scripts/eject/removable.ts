// The smallest part of a TypeScript file that can be taken out without breaking its syntax.
import ts from 'typescript'

/**
 * Returns the smallest removable node that holds a node: a statement, a declaration, a property, an array
 * element, a union member. A statement in a test is not separable from it, so the whole test is returned.
 * Returns undefined where that would be the file or a function that others may call.
 */
export function removableAround(node: ts.Node): ts.Node | undefined {
  for (let it = node; !ts.isSourceFile(it); it = it.parent) {
    if (!isRemovable(it)) continue
    const row = ts.isObjectLiteralExpression(it.parent) && rowAround(it)
    if (row) return row
    const unit = (ts.isStatement(it) && testAround(it)) || it
    return isExportedFunction(unit) && !isTest(unit) ? undefined : unit
  }
  return undefined
}

function isRemovable(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isArrayLiteralExpression(parent)) return !isRow(parent)
  if (ts.isUnionTypeNode(parent) || ts.isIntersectionTypeNode(parent)) return true
  if (ts.isBindingElement(node)) return ts.isObjectBindingPattern(parent) && !hasRest(parent)
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBlock(node)) return false
  if (ts.isStatement(node)) return isStatementList(parent)
  return (
    ts.isImportSpecifier(node) ||
    ts.isExportSpecifier(node) ||
    ts.isObjectLiteralElementLike(node) ||
    ts.isTypeElement(node) ||
    ts.isClassElement(node) ||
    ts.isEnumMember(node) ||
    ts.isCaseClause(node) ||
    (ts.isVariableDeclaration(node) && ts.isVariableStatement(node.parent.parent))
  )
}

function isStatementList(node: ts.Node): boolean {
  return (
    ts.isBlock(node) ||
    ts.isSourceFile(node) ||
    ts.isModuleBlock(node) ||
    ts.isCaseOrDefaultClause(node)
  )
}

const hasRest = (pattern: ts.ObjectBindingPattern) =>
  pattern.elements.some((it) => it.dotDotDotToken !== undefined)

/** Tells whether an array is a row of a table: its elements have fixed places. */
export function isRow(array: ts.ArrayLiteralExpression): boolean {
  const table = array.parent
  if (!ts.isArrayLiteralExpression(table) || array.elements.length < 2) return false
  return table.elements.every(
    (it) => ts.isArrayLiteralExpression(it) && it.elements.length === array.elements.length,
  )
}

/** Returns the object around a property if it is a row of a table whose other rows have that property too. */
function rowAround(property: ts.Node): ts.Node | undefined {
  const row = property.parent
  const name = ts.isObjectLiteralElementLike(property) ? property.name?.getText() : undefined
  if (name === undefined || !ts.isArrayLiteralExpression(row.parent)) return undefined
  const isComplete = row.parent.elements.every(
    (it) =>
      ts.isObjectLiteralExpression(it) && it.properties.some((its) => its.name?.getText() === name),
  )
  return isComplete ? row : undefined
}

/** Returns the statement that declares the test around a statement. */
function testAround(node: ts.Node): ts.Statement | undefined {
  for (let it = node; !ts.isSourceFile(it); it = it.parent) {
    if (!ts.isFunctionLike(it) || !ts.isCallExpression(it.parent)) continue
    if (calledName(it.parent, ['it', 'test'])) return statementAround(it)
  }
  return undefined
}

function statementAround(node: ts.Node): ts.Statement {
  let it = node
  while (!ts.isStatement(it) || ts.isBlock(it)) it = it.parent
  return it
}

/** Tells whether a call runs a function with such a name, as in `it(…)` and `it.each(…)(…)`. */
function calledName(call: ts.CallExpression, names: readonly string[]): boolean {
  let callee: ts.Node = call.expression
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) {
    callee = callee.expression
  }
  return ts.isIdentifier(callee) && names.includes(callee.text)
}

function isExportedFunction(node: ts.Node): boolean {
  if (!ts.isFunctionDeclaration(node) && !ts.isClassDeclaration(node)) return false
  return node.modifiers?.some((it) => it.kind === ts.SyntaxKind.ExportKeyword) ?? false
}

const isTest = (node: ts.Node) => node.getSourceFile().fileName.includes('/tests/')

/** Returns what a removed node leaves empty, and so has to go too; undefined where nothing is left empty. */
export function emptiedBy(
  node: ts.Node,
  isRemoved: (node: ts.Node) => boolean,
): ts.Node | undefined {
  const { parent } = node
  if (ts.isImportSpecifier(node) && node.parent.elements.every(isRemoved)) {
    const { importClause } = node.parent.parent.parent
    return importClause?.name ? undefined : node.parent.parent.parent
  }
  if (ts.isExportSpecifier(node) && node.parent.elements.every(isRemoved)) return node.parent.parent
  if (ts.isVariableDeclaration(node) && ts.isVariableDeclarationList(parent)) {
    return parent.declarations.every(isRemoved) ? parent.parent : undefined
  }
  if (ts.isUnionTypeNode(parent) && parent.types.every(isRemoved)) return removableAround(parent)
  if (ts.isBindingElement(node) && node.parent.elements.every(isRemoved)) {
    return ts.isVariableDeclaration(parent.parent) ? removableAround(parent.parent) : undefined
  }
  const call = ts.isBlock(parent) ? parent.parent.parent : undefined
  if (call && ts.isCallExpression(call) && calledName(call, ['describe'])) {
    const isEmpty = !someTest(parent, isRemoved)
    return isEmpty ? statementAround(call) : undefined
  }
  return undefined
}

/** Tells whether a node still declares a test. */
export function someTest(node: ts.Node, isRemoved: (node: ts.Node) => boolean): boolean {
  if (isRemoved(node)) return false
  if (ts.isCallExpression(node) && calledName(node, ['it', 'test'])) return true
  return ts.forEachChild(node, (it) => someTest(it, isRemoved) || undefined) ?? false
}
