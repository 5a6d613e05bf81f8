// Writes an operation into a copy of the repository: contract, handler, wiring, and what the tests need.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { readContract } from '../contract/bundle.ts'
import { pathNames } from '../contract/document.ts'
import { nameInWrites } from './add-resource.ts'
import { Changes } from './changes.ts'
import type { Made } from './command.ts'
import { handlerSets, withHandler } from './handlers.ts'
import { nameOf } from './names.ts'
import type { Asked } from './operation.ts'
import { type Plan, plan, shownAnswer } from './plan-operation.ts'
import { handler, handlersFile, setName } from './templates/handler.ts'
import { componentsOf, operationText, parameterFile } from './templates/operation.ts'
import { failureOf, isShared, successOf, testFile } from './templates/operation-tests.ts'
import { contractFile } from './templates/paths.ts'
import { withElements, withImports } from './typescript.ts'
import { withEntry, withValue } from './yaml.ts'

export async function writeOperation(copy: string, asked: Asked): Promise<Made> {
  const contract = join(copy, 'openapi/openapi.yaml')
  const made = await plan(copy, await readContract(contract), asked)
  const id = made.name.camel
  await writeContract(copy, made)
  if (made.method === 'get') await nameInWrites(copy, [id])
  const example = shownAnswer(await readContract(contract), id)
  const changes = new Changes(copy)
  await writeHandler(changes, made, example)
  const test = `tests/operations/${made.feature}${made.isFirst ? '' : `-${made.name.kebab}`}.test.ts`
  await changes.create(test, testFile(made, example))
  await changes.edit('tests/contract/suite/requests.ts', (text) => {
    const added = withElements(text, 'successes', `${id}: ${successOf(made)},`)
    const failure = failureOf(made)
    return failure ? withElements(added, 'failures', `${id}: ${failure},`) : added
  })
  await changes.edit('tests/contract/security.test.ts', (text) =>
    isShared(made, text) ? withElements(text, 'shared', `'${id}',`) : text,
  )
  await changes.write()
  const places = `${contractFile(made.path)} and src/features/${made.feature}/handlers.ts`
  return { before: [`write what it does, in ${places}`], tests: [test, 'tests/contract'] }
}

async function writeContract(copy: string, made: Plan) {
  const changes = new Changes(copy)
  for (const [name, text] of Object.entries(componentsOf(made)))
    await changes.create(`openapi/components/schemas/${name}.yaml`, text)
  const file = contractFile(made.path)
  const text = operationText(made, await parameters(changes, copy, pathNames(made)))
  const before = await changes.find(file)
  if (before === undefined) await changes.create(file, text)
  else await changes.edit(file, () => `${before.trimEnd()}\n${text}`)
  await changes.edit('openapi/openapi.yaml', (index) =>
    withTag(before === undefined ? withPath(index, made.path) : index, made),
  )
  await changes.edit('redocly.yaml', (rules) => withVerb(rules, made.name.camel))
  await changes.write()
}

const withPath = (index: string, path: string) =>
  withEntry(
    index,
    ['paths'],
    `  ${path}:\n    $ref: ${contractFile(path).slice('openapi/'.length)}`,
  )

function withTag(index: string, { tag, feature }: Plan): string {
  const { tags }: { tags: { name: string }[] } = parse(index)
  if (tags.some((it) => it.name === tag)) return index
  const description = `What belongs to ${nameOf(feature, 'a feature').spoken}.`
  return withEntry(index, ['tags'], `  - name: ${tag}\n    description: ${description}`)
}

/** Allows an operationId with an unusual verb. */
function withVerb(rules: string, id: string): string {
  const at = ['rules', 'style/operation-verb']
  const { verbs, names }: { verbs: string[]; names: string[] } = parse(rules).rules[at[1] ?? '']
  const isUsual = verbs.some((it) => new RegExp(`^${it}[A-Z]`).test(id)) || names.includes(id)
  return isUsual ? rules : withValue(rules, [...at, 'names'], id)
}

/** Returns the components of path parameters, and creates those that are missing. */
async function parameters(changes: Changes, copy: string, names: readonly string[]) {
  const folder = 'openapi/components/parameters'
  const known = new Map<string, string>()
  for (const file of await readdir(join(copy, folder))) {
    const { name, in: place } = parse(await readFile(join(copy, folder, file), 'utf8'))
    if (place === 'path') known.set(name, file.replace('.yaml', ''))
  }
  for (const name of names) {
    if (known.has(name)) continue
    const component = nameOf(name, 'a parameter').pascal
    await changes.create(`${folder}/${component}.yaml`, parameterFile(name))
    known.set(name, component)
  }
  return names.flatMap((it) => known.get(it) ?? [])
}

async function writeHandler(changes: Changes, made: Plan, example: unknown) {
  const file = `src/features/${made.feature}/handlers.ts`
  if (made.isFirst) {
    await changes.create(file, handlersFile(made, example))
    const line = `import { ${setName(made)} } from './features/${made.feature}/handlers.ts'`
    return changes.edit('src/app.ts', (text) =>
      withElements(withImports(text, [line]), 'handlers', `...${setName(made)}(),`),
    )
  }
  return changes.edit(file, (text) => {
    const sets = handlerSets(text)
    const set = sets.find((it) => it.operations.includes(made.parent?.id ?? '')) ?? sets[0]
    if (set === undefined) throw new Error('expected a function that returns Pick<Handlers, …>')
    return withHandler(text, set, made.name.camel, handler(made, example))
  })
}
