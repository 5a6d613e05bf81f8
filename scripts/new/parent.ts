// The resource below which another is: `--of posts`.
import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readContract } from '../contract/bundle.ts'
import { eachOperation, follow, pathNames } from '../contract/document.ts'
import { type Name, nameOf } from './names.ts'

export interface Parent {
  readonly one: Name
  readonly many: Name
  readonly itemPath: string
  readonly listPath: string
  /** The names of its path parameters: the username if it belongs to a user, and its id. */
  readonly parameters: readonly string[]
  readonly table: string
  readonly isSoftDeleted: boolean
  /** The column of its user, where its path has the username. */
  readonly userColumn: string
  /** Who creates one, and what they send. */
  readonly creator: 'person' | 'superuser'
  readonly body: object
  readonly isDeletable: boolean
}

/** Finds a resource in a copy of the repository. @throws Error that says what it lacks. */
export async function findParent(copy: string, given: string): Promise<Parent> {
  const many = nameOf(given, 'a resource')
  const document = await readContract(join(copy, 'openapi/openapi.yaml'))
  const operations = [...eachOperation(document)]
  const item = new RegExp(`^(?:/users/\\{username\\})?/${many.kebab}/\\{(\\w+)Id\\}$`)
  const read = operations.find((it) => it.method === 'get' && item.test(it.path))
  const listPath = read?.path.replace(/\/[^/]*$/, '')
  const write = operations.find((it) => it.method === 'post' && it.path === listPath)
  if (read === undefined || listPath === undefined || write === undefined) {
    const wanted = `a GET of /${many.kebab}/{…Id} or /users/{username}/${many.kebab}/{…Id}, and a POST`
    throw new Error(`--of ${given}: the contract needs ${wanted}`)
  }
  const { requestBody, security = [], responses } = write.operation
  if (409 in responses && !listPath.includes('{username}')) {
    throw new Error(`--of ${given}: its tests would create several, but each must be different`)
  }
  const content = requestBody && follow(document, requestBody).content?.['application/json']
  const [first] = Object.values(content?.examples ?? {})
  const body = content?.example ?? (first && follow<{ value?: unknown }>(document, first).value)
  if (typeof body !== 'object' || body === null) {
    throw new Error(`--of ${given}: ${write.operation.operationId} needs an example of its body`)
  }
  const migration = await migrationOf(copy, many)
  const parameters = pathNames(read)
  for (const name of parameters) {
    const component = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    await access(join(copy, `openapi/components/parameters/${component}.yaml`))
  }
  const isAdmin = security.some((it) => Object.values(it).flat().includes('superuser'))
  return {
    one: nameOf(item.exec(read.path)?.[1] ?? '', 'one of it'),
    many,
    itemPath: read.path,
    listPath,
    parameters,
    table: many.snake,
    isSoftDeleted: migration.includes(`'deleted_at'`),
    userColumn: 'user_id',
    creator: isAdmin ? 'superuser' : 'person',
    body,
    isDeletable: operations.some((it) => it.method === 'delete' && it.path === read.path),
  }
}

/** Returns the migration that creates its table. */
async function migrationOf(copy: string, { snake }: Name): Promise<string> {
  const folder = join(copy, 'migrations')
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'utf8')
    if (text.includes(`createTable('${snake}'`)) return text
  }
  throw new Error(`--of ${snake}: no migration creates the table ${snake}`)
}
