// Writes a contract to the files of `openapi/`: an index, one file for each URL and one for each component.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseDocument, stringify } from 'yaml'
import { readContract, redocly } from '../contract/bundle.ts'
import type { Document } from '../contract/document.ts'
import { restoreIds } from '../contract/operation-ids.ts'
import { outlineOperations } from '../contract/operations.ts'

/**
 * Writes a contract to a folder, and returns it as it is read from there.
 * @throws Error where that is another contract.
 */
export async function writeContract(document: Document, folder: string): Promise<Document> {
  await mkdir(folder, { recursive: true })
  const whole = join(folder, 'whole.yaml')
  await writeFile(whole, stringify(asWritten(document), { aliasDuplicateObjects: false }))
  await redocly('split', whole, '--outDir', folder)
  await rm(whole)
  const index = join(folder, 'openapi.yaml')
  await listOthers(index, document, await readContract(index))
  const read = await readContract(index)
  if (isDeepStrictEqual(outlineOperations(read), outlineOperations(document))) return read
  throw new Error(
    'the contract cannot be split into files: two of its URLs give the same file name',
  )
}

/** Returns a document without what normalizing adds to it. */
function asWritten(document: Document): object {
  const { openapi, webhooks = {}, ...written } = structuredClone(document)
  restoreIds(written as Document)
  return { openapi, ...written, ...(Object.keys(webhooks).length > 0 && { webhooks }) }
}

/** Lists components that no file refers to in the index: a discriminator may lead to them by name. */
async function listOthers(index: string, document: Document, read: Document) {
  const source = parseDocument(await readFile(index, 'utf8'))
  for (const [kind, group] of Object.entries(document.components)) {
    const others = Object.keys(group).filter((it) => !(it in (read.components[kind] ?? {})))
    for (const name of kind === 'securitySchemes' ? [] : others) {
      source.setIn(['components', kind, name], { $ref: `components/${kind}/${name}.yaml` })
    }
  }
  await writeFile(index, source.toString())
}
