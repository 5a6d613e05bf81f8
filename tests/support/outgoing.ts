// Finds the imports and globals by which a source file can send requests. It reads the syntax, not the
// text.
import ts from 'typescript'

/** The imports that are allowed of modules that can send requests. Types are always allowed. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  http: ['createServer', 'IncomingMessage', 'Server', 'ServerResponse', 'STATUS_CODES'],
  https: [],
  http2: [],
  net: ['BlockList', 'createServer', 'isIP', 'isIPv4', 'isIPv6', 'Server', 'Socket'],
  tls: [],
  dgram: [],
  child_process: [],
  undici: [],
  axios: [],
  got: [],
  ky: [],
  needle: [],
  'node-fetch': [],
  superagent: [],
}
const globals = ['EventSource', 'fetch', 'WebSocket', 'XMLHttpRequest']

/** Returns the imports and globals by which a source file can send a request. */
export function waysToSend(source: string): string[] {
  const found: string[] = []
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true)
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) {
      const { importClause } = node
      if (importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) {
        found.push(
          ...imported(node.moduleSpecifier, importClause?.namedBindings, importClause?.name),
        )
      }
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.isTypeOnly) {
      found.push(...imported(node.moduleSpecifier, node.exportClause))
    } else if (ts.isCallExpression(node) && loads(node.expression)) {
      const [argument] = node.arguments
      // A computed path cannot be checked. Migrations are loaded by one.
      if (argument && ts.isStringLiteralLike(argument)) found.push(...imported(argument))
    } else if (ts.isIdentifier(node) && globals.includes(node.text) && isUse(node)) {
      found.push(node.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Returns the imported names of a module that are not harmless; `*` for all of it. */
function imported(
  specifier: ts.Expression,
  bindings?: ts.NamedImportBindings | ts.NamedExportBindings,
  byDefault?: ts.Identifier,
): string[] {
  const module = (specifier as ts.StringLiteral).text.replace(/^node:/, '')
  const allowed = harmless[module.split('/')[0] ?? '']
  if (allowed === undefined) return []
  const elements =
    bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings))
      ? bindings.elements
          .filter((it) => !it.isTypeOnly)
          .map((it) => (it.propertyName ?? it.name).text)
      : ['*']
  const names = byDefault ? ['default', ...(bindings ? elements : [])] : elements
  return names.filter((name) => !allowed.includes(name)).map((name) => `${module}.${name}`)
}

function loads(called: ts.Expression): boolean {
  if (called.kind === ts.SyntaxKind.ImportKeyword) return true
  return /^(require|process\.getBuiltinModule)$/.test(called.getText())
}

/** Returns whether an identifier is read as a value, not the name of a property, type or declaration. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return /^(globalThis|global|self|window)$/.test(parent.expression.getText())
  }
  if (ts.isTypeNode(parent) || ts.isTypeElement(parent)) return false
  return !('name' in parent && parent.name === node)
}
