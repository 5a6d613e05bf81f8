// The rule for the files of `openapi/`: one for each URL and one for each component, named after it.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Document } from '../document.ts'
import type { Finding, Rule } from './rule.ts'

export const layoutRules: readonly Rule[] = [
  {
    id: 'style/file-layout',
    summary: 'A contract of several files has one for each URL and each component, named after it.',
    isForSource: true,
    check: (document, _, folder) =>
      folder !== undefined && isFolder(join(folder, 'paths')) ? checkLayout(document, folder) : [],
  },
]

function checkLayout(document: Document, folder: string): Finding[] {
  const urls = Object.keys(document.paths).map((it) => it.slice(1).replaceAll('/', '_'))
  return [
    ...differences(folder, 'paths', urls, ['paths']),
    ...foldersIn(join(folder, 'components')).flatMap((kind) => {
      const names = Object.keys(document.components[kind] ?? {})
      return differences(folder, `components/${kind}`, names, ['components', kind])
    }),
  ]
}

function foldersIn(folder: string): string[] {
  return isFolder(folder) ? readdirSync(folder).filter((it) => isFolder(join(folder, it))) : []
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function differences(folder: string, place: string, names: string[], at: string[]): Finding[] {
  const files = readdirSync(join(folder, place)).map((it) => it.replace(/\.yaml$/, ''))
  const missing = names.filter((it) => !files.includes(it)).map((it) => `${it}.yaml is missing`)
  const unused = files.filter((it) => !names.includes(it)).map((it) => `${it}.yaml is not used`)
  return [...missing, ...unused].map((it) => ({ at, message: `${place}/${it}` }))
}
