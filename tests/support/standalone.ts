// A folder that holds the engine, `src/lib`, a contract of twenty lines and what codegen makes of it.
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { generateFiles } from '../../scripts/codegen.ts'
import type { Document } from '../../scripts/contract/document.ts'

const sources = 'tests/engine/standalone'

/** Creates the folder, outside of the repository. */
export async function standaloneFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'standalone-'))
  for (const part of ['src/engine', 'src/lib']) {
    await cp(part, join(folder, part), { recursive: true })
  }
  await cp(join(sources, 'service.ts'), join(folder, 'service.ts'))
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n')
  const document: Document = parse(await readFile(join(sources, 'openapi.yaml'), 'utf8'))
  await mkdir(join(folder, 'generated'))
  for (const [name, content] of Object.entries(await generateFiles(document))) {
    await writeFile(join(folder, 'generated', name), content)
  }
  return { folder, remove: () => rm(folder, { recursive: true }) }
}
