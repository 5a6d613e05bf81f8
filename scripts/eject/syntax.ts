// Finds everything in shared TypeScript and JSON files that refers to removed things, until nothing is left.
import { join } from 'node:path'
import ts from 'typescript'
import { cut } from './cut.ts'
import {
  addedNames,
  aliased,
  declaredNames,
  isAssigned,
  isExported,
  isLocal,
  isWithin,
} from './declarations.ts'
import { naming, type Removed } from './named.ts'
import { forEachNode, indexIdentifiers, parseJson, programOf } from './program.ts'
import { emptiedBy, removableAround, someTest } from './removable.ts'

export interface Syntax {
  /** The new texts of the files that change, by path relative to the root; undefined for a file that goes. */
  readonly texts: ReadonlyMap<string, string | undefined>
  /** Places that refer to something removed, and that cannot be taken out. */
  readonly left: readonly string[]
  /** The jobs that removed files declare. */
  readonly jobs: readonly string[]
}

/** Takes what refers to removed things out of the files of a project. The files still have to be there. */
export function removeReferences(root: string, files: readonly string[], removed: Removed): Syntax {
  const program = programOf(root, files)
  const checker = program.getTypeChecker()
  const path = (file: ts.SourceFile) => file.fileName.slice(root.length).replace(/^\//, '')
  const isDeleted = (file: ts.SourceFile) => removed.paths.has(path(file))
  const isGenerated = (file: ts.SourceFile) => path(file).startsWith('generated/')
  const json = files.filter((it) => /^[^/]+\.json$/.test(it)).map((it) => parseJson(join(root, it)))
  const shared = [...program.getSourceFiles(), ...json].filter(
    (it) =>
      it.fileName.startsWith(`${root}/`) &&
      !it.fileName.includes('/node_modules/') &&
      !isDeleted(it) &&
      !isGenerated(it),
  )

  const gone = new Set<ts.Node>()
  const left = new Set<string>()
  const isGone = (node: ts.Node): boolean => {
    for (let it: ts.Node | undefined = node; it; it = it.parent) if (gone.has(it)) return true
    return isDeleted(node.getSourceFile())
  }
  const identifiers = indexIdentifiers(shared)
  const declared: { readonly name: ts.Identifier; readonly within: ts.SourceFile | undefined }[] =
    []
  const used: ts.Identifier[] = []

  function remove(node: ts.Node): void {
    if (isGone(node)) return
    const unit = removableAround(node)
    if (unit) take(unit)
    else left.add(placeOf(node))
  }

  function placeOf(node: ts.Node): string {
    const file = node.getSourceFile()
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    return `${path(file)}:${line + 1}: ${file.text.split('\n')[line]?.trim()}`
  }

  function take(unit: ts.Node): void {
    if (isGone(unit)) return
    gone.add(unit)
    const emptied = emptiedBy(unit, isGone)
    if (emptied) take(emptied)
    for (const name of declaredNames(unit)) {
      declared.push({ name, within: isLocal(name.parent) ? unit.getSourceFile() : undefined })
    }
    forEachNode(unit, (it) => void (ts.isIdentifier(it) && used.push(it)))
  }

  /** Tells whether every declaration of a symbol is gone. */
  function isGoneSymbol(symbol: ts.Symbol | undefined): boolean {
    if (symbol === undefined) return false
    const declarations = symbol.declarations ?? []
    if (declarations.length > 0 && declarations.every(isGone)) return true
    const target = aliased(checker, symbol)
    return target !== symbol && isGoneSymbol(target)
  }

  function symbolOf(node: ts.Identifier): ts.Symbol | undefined {
    if (ts.isShorthandPropertyAssignment(node.parent)) {
      return checker.getShorthandAssignmentValueSymbol(node.parent)
    }
    if (ts.isExportSpecifier(node.parent)) {
      return checker.getExportSpecifierLocalTargetSymbol(node.parent)
    }
    return checker.getSymbolAtLocation(node)
  }

  /** The property of a type that a name in an object literal or a pattern stands for. */
  function propertyOf(node: ts.Identifier): ts.Symbol | undefined {
    const { parent } = node
    if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)) {
      if ((parent.propertyName ?? parent.name) !== node) return undefined
      return checker.getTypeAtLocation(parent.parent).getProperty(node.text)
    }
    if (!ts.isObjectLiteralElementLike(parent) || parent.name !== node) return undefined
    return ts.isObjectLiteralExpression(parent.parent)
      ? checker.getContextualType(parent.parent)?.getProperty(node.text)
      : undefined
  }

  /** Removes a declaration that only removed code has used, or its `export` where its own file still uses it. */
  function removeUnused(node: ts.Identifier): void {
    const symbol = symbolOf(node)
    const target = symbol && aliased(checker, symbol)
    for (const declaration of [symbol?.declarations ?? [], target?.declarations ?? []].flat()) {
      const file = declaration.getSourceFile()
      if (isGone(declaration) || !shared.includes(file)) continue
      const isOwn = isLocal(declaration)
      // What others may use stays, but for helpers of tests.
      if (!isOwn && !(isExported(declaration) && path(file).startsWith('tests/'))) continue
      const users = (identifiers.get(node.text) ?? []).filter(
        (it) =>
          (!isOwn || it.getSourceFile() === file) &&
          !isGone(it) &&
          !isWithin(it, declaration) &&
          !isAssigned(it) &&
          [symbol, target].includes(isOwn ? symbolOf(it) : targetOf(it)),
      )
      if (users.length === 0) remove(declaration)
      else if (!isOwn && users.every((it) => it.getSourceFile() === file)) unexport(declaration)
    }
  }

  const targetOf = (node: ts.Identifier) => {
    const symbol = symbolOf(node)
    return symbol && aliased(checker, symbol)
  }

  function unexport(declaration: ts.Declaration): void {
    const statement = ts.isVariableDeclaration(declaration)
      ? declaration.parent.parent
      : declaration
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
    const word = modifiers?.find((it) => it.kind === ts.SyntaxKind.ExportKeyword)
    if (word) gone.add(word)
  }

  const jobs = addedNames(checker, program.getSourceFiles().filter(isDeleted))
  const isNamed = naming(root, removed, jobs)
  for (const file of shared) {
    forEachNode(file, (node) => {
      if (ts.isStringLiteralLike(node) && refersToDeleted(node)) return remove(node)
      // No command of the project names a feature, but for their own examples.
      if (!path(file).startsWith('scripts/') && isNamed(node)) return remove(node)
      if (ts.isIdentifier(node) && isOperation(node)) remove(node)
    })
  }

  function refersToDeleted(node: ts.StringLiteralLike): boolean {
    const { parent } = node
    if (!ts.isImportDeclaration(parent) && !ts.isExportDeclaration(parent)) return false
    const [declaration] = checker.getSymbolAtLocation(node)?.declarations ?? []
    return declaration !== undefined && isDeleted(declaration.getSourceFile())
  }

  /** Tells whether a name stands for a removed operation in a generated table. */
  function isOperation(node: ts.Identifier): boolean {
    if (!removed.operations.has(node.text) || !ts.isPropertyAccessExpression(node.parent)) {
      return false
    }
    const declarations = checker.getSymbolAtLocation(node)?.declarations ?? []
    return declarations.some((it) => isGenerated(it.getSourceFile()))
  }

  for (const file of program.getSourceFiles().filter(isDeleted)) {
    forEachNode(file, (it) => void (ts.isImportSpecifier(it) && used.push(it.name)))
  }
  while (declared.length + used.length > 0) {
    const { name, within } = declared.pop() ?? {}
    for (const node of identifiers.get(name?.text ?? '') ?? []) {
      if ((within && node.getSourceFile() !== within) || isGone(node)) continue
      if (isGoneSymbol(symbolOf(node)) || isGoneSymbol(propertyOf(node))) remove(node)
    }
    if (declared.length === 0) for (const node of used.splice(0)) removeUnused(node)
  }

  const texts = new Map<string, string | undefined>()
  for (const file of shared) {
    const nodes = outermost(file, gone)
    if (nodes.length === 0) continue
    const hasTests = !file.fileName.endsWith('.test.ts') || someTest(file, isGone)
    texts.set(path(file), hasTests ? cut(file, nodes) : undefined)
  }
  return { texts, left: [...left], jobs: [...jobs] }
}

function outermost(file: ts.SourceFile, gone: ReadonlySet<ts.Node>): ts.Node[] {
  return [...gone].filter((node) => {
    if (node.getSourceFile() !== file) return false
    for (let it = node.parent; it; it = it.parent) if (gone.has(it)) return false
    return true
  })
}
