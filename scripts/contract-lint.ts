// `npm run contract:lint`: Redocly's rules (redocly.yaml), then our own for the vocabulary and the
// layout of `openapi/`. Prints every fault and fails if there is one.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleContract, redocly } from './contract/bundle.ts'
import { checkContract } from './contract/check.ts'
import type { Document } from './contract/document.ts'

const folder = fileURLToPath(new URL('../openapi/', import.meta.url))

/** One file per URL and one per component, named after it: what is not named is not found. */
function checkLayout(document: Document): string[] {
  const names = (path: string) => readdirSync(folder + path).map((it) => it.replace(/\.yaml$/, ''))
  const urls = Object.keys(document.paths).map((it) => it.slice(1).replaceAll('/', '_'))
  const kinds = readdirSync(`${folder}components`)
  return [
    ...differences('paths', names('paths'), urls),
    ...kinds.flatMap((kind) => {
      const declared = Object.keys(document.components[kind] ?? {})
      return differences(`components/${kind}`, names(`components/${kind}`), declared)
    }),
  ]
}

function differences(place: string, files: string[], names: string[]): string[] {
  const missing = names.filter((it) => !files.includes(it)).map((it) => `${it}.yaml is missing`)
  const extra = files
    .filter((it) => !names.includes(it))
    .map((it) => `${it}.yaml is used by nothing`)
  return [...missing, ...extra].map((it) => `openapi/${place}: ${it}`)
}

try {
  await redocly('lint')
  const document = await bundleContract()
  const faults = [...checkContract(document), ...checkLayout(document)]
  if (faults.length > 0) throw new Error(faults.join('\n'))
  console.log('the contract keeps the rules')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
