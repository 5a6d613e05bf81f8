// Writes the composition root and the README of an adopted service.
import { hasFiles } from '../../src/engine/operation.ts'
import type { Compiled } from '../contract/try/compile.ts'
import type { Feature } from './features.ts'
import type { Names } from './names.ts'
import { stubOf } from './template.ts'

interface Composed {
  readonly compiled: Compiled
  readonly features: readonly Feature[]
  readonly names: Names
  readonly hasErrorBodies: boolean
}

/** Returns the source of `src/app.ts`. */
export async function compositionSource(options: Composed): Promise<string> {
  const { compiled, features, names, hasErrorBodies } = options
  const isSecured = Object.keys(compiled.securitySchemes).length > 0
  const storesFiles = Object.values(compiled.operations).some(hasFiles)
  const imports = [
    ...features.map((it) => `import { ${it.factory} } from './features/${it.folder}/handlers.ts'`),
    ...(isSecured ? ["import { stubAuthenticators } from './features/authenticators.ts'"] : []),
    ...(hasErrorBodies ? ["import { errorBody } from './error-bodies.ts'"] : []),
    ...(storesFiles
      ? [
          "import { tmpdir } from 'node:os'",
          "import { join } from 'node:path'",
          "import { openFolderStorage } from './engine/folder-storage.ts'",
        ]
      : []),
  ]
  const storage = `
/** Where the files of bodies are until a handler keeps them: a folder of this machine. */
const files = await openFolderStorage(join(tmpdir(), '${names.name}-files'))
`
  return filled(await stubOf('app.ts'), {
    imports: imports.join('\n'),
    storage: storesFiles ? storage : '',
    authenticators: isSecured ? 'stubAuthenticators({ local: config.local })' : '{}',
    handlers: features.map((it) => `...${it.factory}(),`).join('\n'),
    options: [...(hasErrorBodies ? ['errorBody,'] : []), ...(storesFiles ? ['files,'] : [])].join(
      '\n',
    ),
  })
}

const authentication = `## Who calls

\`src/features/authenticators.ts\` has a stub for each security scheme of the contract. On a developer's machine they
accept \`development\` as a token, an API key or a password, with every scope. With \`ENVIRONMENT=staging\` or
\`production\` they accept nothing: write them before you deploy. \`docs\` in \`src/app.ts\` decides who may read the docs
there.

`

/** Returns the README. */
export async function readme({ compiled, names }: Composed): Promise<string> {
  const { description = '' } = compiled.document.info as { description?: string }
  const isSecured = Object.keys(compiled.securitySchemes).length > 0
  return filled(await stubOf('README.md'), {
    title: names.title,
    description: description.trim(),
    authentication: isSecured ? authentication : '',
  })
}

function filled(stub: string, values: Readonly<Record<string, string>>): string {
  return stub.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the stub has no value for ${name}`)
    return value
  })
}
